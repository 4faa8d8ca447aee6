/** What this example uses of oidc-provider, which brings no types of its own. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export type Context = { readonly oidc: { readonly route: string; body: unknown } };

  export type Configuration = {
    readonly features?: {
      readonly devInteractions?: { readonly enabled: boolean };
      readonly registration?: {
        readonly enabled: boolean;
        readonly issueRegistrationAccessToken?: (context: Context) => Promise<boolean>;
      };
    };
    readonly extraClientMetadata?: {
      readonly properties: readonly string[];
      readonly validator: (context: Context | undefined, name: string, value: unknown) => void;
    };
    readonly scopes?: readonly string[];
    readonly findAccount?: (
      context: Context,
      id: string,
    ) => { readonly accountId: string; readonly claims: () => { readonly sub: string } };
  };

  export class Provider {
    constructor(issuer: string, configuration: Configuration);
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
  }

  type ProtocolError = new (description: string) => Error;

  export const errors: {
    readonly InvalidSoftwareStatement: ProtocolError;
    readonly UnapprovedSoftwareStatement: ProtocolError;
    readonly TemporarilyUnavailable: ProtocolError;
  };
}
