import type { Hono } from 'hono';
import { encodeBase64url } from '../../src/domain/base64url.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import { createApp } from '../../src/http/app.ts';
import { decide } from '../../src/services/decide.ts';
import { createInitialAccessToken } from '../../src/services/exchange/initial-access-tokens.ts';
import { testInternet, type TestInternet } from './internet.ts';
import { expectOk, METADATA, testIssuer, testScene, type Scene, type TestIssuer } from './issuer.ts';
import {
  ACCESS_TOKEN,
  clientKey,
  DEFERRED,
  EXCHANGE,
  postForm,
  STATEMENT,
  type ClientKey,
  type TokenAnswer,
} from './token-client.ts';

/** The client identifier of these scenes, and an authorization server it is for. */
export const CLIENT = 'https://app.example/client.json';
export const SERVER = 'https://as.example';
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** An issuer, a publisher with a software, and a client with a key and a metadata document, at the token endpoint. */
export type ExchangeScene = {
  readonly internet: TestInternet;
  readonly test: TestIssuer;
  readonly scene: Scene;
  readonly app: Hono;
  readonly key: ClientKey;
  /** Serves a metadata document and gives the digest of its text. */
  readonly serve: (metadata: JsonObject) => string;
  readonly serveConfidential: (more?: JsonObject) => string;
  readonly initialToken: (clientId?: string, audience?: readonly string[]) => Promise<string>;
  readonly exchange: (token: string, more?: Parameters, dpop?: string) => Promise<TokenAnswer>;
  /** The same, by a client that authenticates with its key. */
  readonly confidential: (token: string, more?: Parameters) => Promise<TokenAnswer>;
  readonly pollWith: (code: unknown, more?: Parameters, dpop?: string) => Promise<TokenAnswer>;
  readonly pollConfidential: (code: unknown) => Promise<TokenAnswer>;
  readonly decideOpen: (verdict: 'approve' | 'reject' | 'request_changes') => Promise<void>;
  /** First issuance to the end: exchanged, deferred, approved, polled. */
  readonly issued: () => Promise<string>;
};

export async function exchangeScene(): Promise<ExchangeScene> {
  const internet = testInternet();
  const test = await testIssuer({ fetcher: internet.fetcher });
  const scene = await testScene(test);
  const app = createApp({ issuer: test.issuer, publications: test.publications, signIn: test.signIn });
  const key = await clientKey(test.issuer.identifier, test.clock);
  /** Serves a metadata document; its text is what is digested. */
  function serve(metadata: JsonObject): string {
    const text = JSON.stringify({ client_id: CLIENT, ...metadata });
    internet.sites.set(CLIENT, { contentType: 'application/json', body: text });
    return encodeBase64url(sha256(new TextEncoder().encode(text)));
  }

  function serveConfidential(more: JsonObject = {}): string {
    const { jwks_uri: _, ...metadata } = METADATA;
    return serve({ ...metadata, jwks: { keys: [{ ...key.jwk }] }, ...more });
  }

  async function initialToken(
    clientId: string | undefined = CLIENT,
    audience?: readonly string[],
  ): Promise<string> {
    const command = { label: 'first', clientId, audience };
    const made = await createInitialAccessToken(
      test.issuer,
      scene.developer.actor,
      scene.softwareId,
      command,
    );
    return expectOk(made).secret ?? '';
  }

  async function exchange(token: string, more: Parameters = {}, dpop?: string): Promise<TokenAnswer> {
    return postForm(
      app,
      {
        grant_type: EXCHANGE,
        requested_token_type: STATEMENT,
        subject_token: token,
        subject_token_type: ACCESS_TOKEN,
        client_id: CLIENT,
        completion_mode: 'deferred',
        ...more,
      },
      dpop === undefined ? {} : { dpop },
    );
  }

  async function confidential(token: string, more: Parameters = {}): Promise<TokenAnswer> {
    return exchange(token, {
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await key.assertion(CLIENT),
      ...more,
    });
  }

  async function pollWith(code: unknown, more: Parameters = {}, dpop?: string): Promise<TokenAnswer> {
    return postForm(
      app,
      { grant_type: DEFERRED, deferral_code: String(code), client_id: CLIENT, ...more },
      dpop === undefined ? {} : { dpop },
    );
  }

  async function pollConfidential(code: unknown): Promise<TokenAnswer> {
    return pollWith(code, {
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await key.assertion(CLIENT),
    });
  }

  async function decideOpen(verdict: 'approve' | 'reject' | 'request_changes'): Promise<void> {
    const open = await test.store.openSubmission(scene.softwareId);
    expectOk(await decide(test.issuer, scene.reviewer.actor, open?.id ?? '', { verdict, reason: 'because' }));
  }

  /** First issuance to the end: exchanged, deferred, approved, polled. */
  async function issued(): Promise<string> {
    const asked = await confidential(await initialToken());
    await decideOpen('approve');
    test.clock.advance(31);
    return String((await pollConfidential(asked.body['deferral_code'])).body['access_token']);
  }

  return {
    internet,
    test,
    scene,
    app,
    key,
    serve,
    serveConfidential,
    initialToken,
    exchange,
    confidential,
    pollWith,
    pollConfidential,
    decideOpen,
    issued,
  };
}
