/** The TXT records of a name, each with its strings joined (RFC 1464); empty when there are none. Throws when nobody answers in time. */
export type ResolveText = (name: string) => Promise<readonly string[]>;
