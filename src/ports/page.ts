/** Which part of a list is wanted. */
export type Page = {
  /** Exclusive; ids order by time of creation (UUIDv7). Newest first unless a method says otherwise. */
  readonly after?: string | undefined;
  readonly limit: number;
};
