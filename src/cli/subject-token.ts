import { isJsonObject, parseJson, textMember } from '../domain/json.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { reasonOf } from '../kit/fetch-document.ts';
import type { Dependencies } from './dependencies.ts';

/** Where the token that authorises an exchange comes from. */
export type SubjectSource = { readonly file: string | undefined; readonly variable: string | undefined };

export type SubjectToken = { readonly token: string; readonly type: string };

const MAX_OCTETS = 65_536;
const TIMEOUT_MILLISECONDS = 30_000;

/**
 * Finds the subject token: in a file, in a variable, or, on a runner of GitHub Actions, by asking the runner for one that is made for this issuer
 * (GitHub Docs, "OpenID Connect reference"). It is never taken from the command line, which others on the machine can read.
 *
 * @param audience the issuer identifier
 */
export async function findSubjectToken(
  deps: Dependencies,
  { file, variable }: SubjectSource,
  audience: string,
): Promise<Result<SubjectToken, string>> {
  if (file !== undefined && variable !== undefined)
    return err('choose one: --subject-token-file or --subject-token-variable');
  const found =
    file !== undefined
      ? await deps.files.read(file, MAX_OCTETS)
      : variable !== undefined
        ? ok(deps.environment[variable] ?? '')
        : await fromGitHub(deps, audience);
  if (!found.ok) return found;
  const token = found.value.trim();
  return /^[\x21-\x7e]+$/.test(token)
    ? ok({ token, type: typeOf(token, audience) })
    : err(`${file ?? variable ?? 'the runner'} holds no token`);
}

async function fromGitHub(deps: Dependencies, audience: string): Promise<Result<string, string>> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = deps.environment;
  if (!url || !bearer)
    return err(
      'there is no token. Name one with --subject-token-file or --subject-token-variable. In GitHub Actions the job needs `permissions: id-token: write`.',
    );
  try {
    const response = await deps.fetch(`${url}&audience=${encodeURIComponent(audience)}`, {
      headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    const parsed = parseJson(await response.text(), { maxDepth: 5 });
    const token = parsed.ok && isJsonObject(parsed.value) ? textMember(parsed.value, 'value') : '';
    return token === '' ? err(`the runner answered ${response.status} and gave no token`) : ok(token);
  } catch (error) {
    return err(`the runner gives no token: ${reasonOf(error)}`);
  }
}

/** RFC 8693 §3: what a token is, by its own looks. What this issuer signed itself is a statement. */
function typeOf(token: string, issuer: string): string {
  if (token.startsWith('imp_')) return 'urn:ietf:params:oauth:token-type:access_token';
  const [, payload = ''] = token.split('.');
  const claims = parseJson(Buffer.from(payload, 'base64url').toString(), { maxDepth: 20 });
  return claims.ok && isJsonObject(claims.value) && claims.value['iss'] === issuer
    ? 'urn:ietf:params:oauth:token-type:software-statement'
    : 'urn:ietf:params:oauth:token-type:jwt';
}
