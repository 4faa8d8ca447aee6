import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { GITHUB_ISSUER } from './github.ts';
import { FORMS, ruleReader, type Problem } from './rule-reader.ts';
import type { WorkloadFault } from './rules.ts';

/** A workload of any other OpenID Connect issuer: claims that must be there with exactly these values. */
export type OpenIdConnectRules = {
  readonly kind: 'oidc';
  readonly issuer: string;
  readonly claims: Readonly<Record<string, string | number | boolean>>;
};

/** Claims that every token has, or that no two tokens share: they say nothing about whose it is. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'azp', 'nonce']);
const MAX_CLAIMS = 20;
/** Issuers whose claims have a kind of rules of their own. */
const BY_KIND: Readonly<Record<string, string>> = {
  [GITHUB_ISSUER]: 'github',
  'https://gitlab.com': 'gitlab',
};

export function readOpenIdConnectRules(rules: JsonObject): Result<OpenIdConnectRules, readonly Problem[]> {
  const read = ruleReader(rules, ['issuer', 'claims']);
  const issuer = read.text('issuer', FORMS.issuer, 'It must be the https URL of an issuer.');
  const kind = BY_KIND[issuer];
  if (kind !== undefined)
    read.problems.push({
      pointer: '/kind',
      detail: `Bind what runs there with kind ${kind}, which knows its pitfalls.`,
    });
  const given = rules['claims'];
  const claims: Record<string, string | number | boolean> = {};
  if (!isJsonObject(given) || Object.keys(given).length === 0 || Object.keys(given).length > MAX_CLAIMS)
    read.problems.push({ pointer: '/claims', detail: `Name 1 to ${MAX_CLAIMS} claims and their values.` });
  else
    for (const [name, value] of Object.entries(given)) {
      const pointer = `/claims/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (SAYS_NOTHING.has(name))
        read.problems.push({ pointer, detail: 'This claim does not say whose a token is.' });
      else if (isScalar(value) && value !== '') claims[name] = value;
      else read.problems.push({ pointer, detail: 'It must be a text, a number, true or false.' });
    }
  return read.problems.length === 0 ? ok({ kind: 'oidc', issuer, claims }) : err(read.problems);
}

/** Judges claims: each that a rule names must be there with that value and of that type. */
export function judgeOpenIdConnect(rules: OpenIdConnectRules, claims: JsonObject): WorkloadFault | undefined {
  const wrong = Object.entries(rules.claims).find(([name, value]) => claims[name] !== value);
  return wrong === undefined
    ? undefined
    : { code: 'claim', detail: `The claim ${wrong[0]} is not what the rules of the workload say.` };
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
