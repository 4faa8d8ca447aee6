/** What a reviewer attaches to an approval; statements keep within it. An absent member means no condition. */
export type Conditions = {
  /** Seconds a statement may last at most. */
  readonly maxLifetimeSeconds?: number;
  /** Authorization servers a statement must name, some or all of these (RFC 8414 issuer identifiers). */
  readonly audience?: readonly string[];
};
