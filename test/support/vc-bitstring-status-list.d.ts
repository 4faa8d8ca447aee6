/** What the tests use of a package that brings no types. */
declare module '@digitalbazaar/vc-bitstring-status-list' {
  /** Looks a credential up in its lists (Bitstring Status List 1.0 §3.2). */
  export function checkStatus(options: {
    readonly credential: unknown;
    readonly documentLoader: (url: string) => Promise<{ readonly document: unknown }>;
    /** Whether the Data Integrity proof of the list is verified; lists secured as a JWT are verified before. */
    readonly verifyBitstringStatusListCredential: boolean;
    readonly verifyMatchingIssuers: boolean;
  }): Promise<{
    readonly verified: boolean;
    readonly error?: unknown;
    readonly results?: readonly {
      readonly verified: boolean;
      readonly status?: boolean;
      readonly credentialStatus: { readonly statusPurpose: string };
    }[];
  }>;
  /** Reads `encodedList`. */
  export function decodeList(options: {
    readonly encodedList: string;
  }): Promise<{ readonly length: number; getStatus(index: number): boolean }>;
}
