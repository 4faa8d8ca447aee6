import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { isOfGitHub } from './github.ts';
import { ruleReader, type Problem, type WorkloadFault } from './rule-reader.ts';

/** A workload of any other OpenID Connect issuer: claims that must be there with exactly these values. */
export type OpenIdConnectRules = {
  readonly kind: 'oidc';
  readonly issuer: string;
  readonly claims: Readonly<Record<string, string | number | boolean>>;
};

/** Claims that every token has, or that no two tokens share: they say nothing about whose it is. */
const SAYS_NOTHING: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'iat', 'nbf', 'jti', 'azp', 'nonce']);
const MAX_CLAIMS = 20;
const MAX_NAME_CHARACTERS = 100;
const MAX_VALUE_CHARACTERS = 500;

export function readOpenIdConnectRules(rules: JsonObject): Result<OpenIdConnectRules, readonly Problem[]> {
  const read = ruleReader(rules, ['issuer', 'claims']);
  const issuer = read.issuer('It must be the https URL of an issuer.');
  const kind = kindOf(issuer);
  if (kind !== undefined)
    read.problems.push({
      pointer: '/kind',
      detail: `Bind what runs there with kind ${kind}, which knows its pitfalls.`,
    });
  const given = rules['claims'];
  const claims: [string, string | number | boolean][] = [];
  if (!isJsonObject(given) || Object.keys(given).length === 0 || Object.keys(given).length > MAX_CLAIMS)
    read.problems.push({ pointer: '/claims', detail: `Name 1 to ${MAX_CLAIMS} claims and their values.` });
  else
    for (const [name, value] of Object.entries(given)) {
      const pointer = `/claims/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (name.length > MAX_NAME_CHARACTERS)
        read.problems.push({
          pointer: '/claims',
          detail: `The name of a claim has at most ${MAX_NAME_CHARACTERS} characters.`,
        });
      else if (SAYS_NOTHING.has(name))
        read.problems.push({ pointer, detail: 'This claim does not say whose a token is.' });
      else if (isScalar(value) && value !== '' && String(value).length <= MAX_VALUE_CHARACTERS)
        claims.push([name, value]);
      else
        read.problems.push({
          pointer,
          detail: `It must be a number, true, false, or a text of at most ${MAX_VALUE_CHARACTERS} characters.`,
        });
    }
  // From entries, so that no name is lost, `__proto__` neither: a rule without claims would fit everybody.
  return read.problems.length === 0
    ? ok({ kind: 'oidc', issuer, claims: Object.fromEntries(claims) })
    : err(read.problems);
}

/** Judges claims: each that a rule names must be there with that value and of that type. */
export function judgeOpenIdConnect(rules: OpenIdConnectRules, claims: JsonObject): WorkloadFault | undefined {
  const wrong = Object.entries(rules.claims).find(([name, value]) => claims[name] !== value);
  return wrong === undefined
    ? undefined
    : { code: 'claim', detail: `The claim ${wrong[0]} is not what the rules of the workload say.` };
}

/** Issuers whose claims have a kind of rules of their own. */
function kindOf(issuer: string): string | undefined {
  if (isOfGitHub(issuer)) return 'github';
  return issuer === 'https://gitlab.com' ? 'gitlab' : undefined;
}

function isScalar(value: JsonValue | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
