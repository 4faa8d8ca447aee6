import type { JsonObject } from '../../../src/domain/json.ts';
import type { TestIssuer, TestPerson } from '../../support/issuer.ts';
import { HEBREW_NAME, type SeedTexts } from './seed-texts.ts';
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

/** What tests ask for by name. */
export type SeededSoftware = {
  /** Approved twice, with statements in every state and a submission that asks for more. */
  readonly main: string;
  /** Everything about it is called by markup; approved, and waiting with another submission. */
  readonly hostile: string;
  /** A long name and 200 redirect URIs. */
  readonly large: string;
  /** Approved, with a statement, and suspended. */
  readonly suspended: string;
  /** Ids of submissions. */
  readonly submissions: {
    readonly approved: string;
    /** Waits, asks for more than is approved, breaks no rule but draws warnings. */
    readonly expanding: string;
    readonly changesRequested: string;
    readonly rejected: string;
    readonly withdrawn: string;
    readonly superseded: string;
    /** 200 redirect URIs. */
    readonly large: string;
    readonly hostile: string;
    /** One of two approvals given. */
    readonly halfApproved: string;
  };
  /** `jti`s. */
  readonly statements: {
    readonly live: string;
    readonly expiring: string;
    readonly revoked: string;
    readonly suspended: string;
    readonly expired: string;
    readonly hostile: string;
  };
};

/** The issuer whose story is told, and its clock. */
export type Stage = TestIssuer & {
  readonly internet: Site['internet'];
  readonly url: string;
  readonly texts: SeedTexts;
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

/** Metadata that breaks no rule and holds the seed's texts wherever a rule lets it. */
export function hostileMetadata({ texts }: Stage): JsonObject {
  return metadataOf(texts.name, {
    redirect_uris: [...texts.redirectUris],
    client_uri: texts.clientUri,
    'client_name#he': HEBREW_NAME,
    scope: texts.scopes[0],
    contacts: [texts.contact],
  });
}
