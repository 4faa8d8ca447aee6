import type { JsonObject } from '../../../src/domain/json.ts';
import type { TestIssuer, TestPerson } from '../../support/issuer.ts';
import type { Site } from './site.ts';

export type SeededPeople = {
  readonly operator: TestPerson;
  readonly reviewer: TestPerson;
  readonly secondReviewer: TestPerson;
  readonly auditor: TestPerson;
  /** Of the first publisher. */
  readonly developer: TestPerson;
  readonly colleague: TestPerson;
  readonly hostileDeveloper: TestPerson;
  readonly arabicDeveloper: TestPerson;
};

export type SeededPublishers = {
  readonly main: string;
  readonly hostile: string;
  readonly arabic: string;
  readonly suspended: string;
};

/** The issuer whose story is told, and its clock. */
export type Stage = TestIssuer & {
  readonly internet: Site['internet'];
  /** Moves the clock on to so many days before the present of the seed. */
  readonly daysBefore: (days: number) => void;
  /** Lets a few minutes go by, so that ids, which begin with the time, order as things were done. */
  readonly later: <T>(done: T) => T;
};

/** Metadata that breaks no rule, of a software of the first publisher. */
export function metadataOf(name: string, more: JsonObject = {}): JsonObject {
  return {
    client_name: name,
    redirect_uris: ['https://app.example/callback'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: 'https://app.example/jwks.json',
    client_uri: 'https://app.example/',
    logo_uri: 'https://app.example/logo.png',
    policy_uri: 'https://app.example/privacy',
    tos_uri: 'https://app.example/terms',
    contacts: ['security@app.example'],
    scope: 'openid profile',
    ...more,
  };
}
