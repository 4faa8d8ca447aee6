import type { TokenRefusal } from '../../domain/oauth/token-refusal.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { no } from '../../services/exchange/token-refusals.ts';
import { readText } from '../read-body.ts';

/** Octets; client metadata of a new version is the largest thing anybody sends. */
const MAX_OCTETS = 96 * 1024;
const MAX_PARAMETERS = 200;

/** Parameters of an OAuth request. Those without a value count as omitted (RFC 6749 §3.2). */
export type OAuthForm = {
  /** The one value of a parameter. */
  readonly get: (name: string) => string | undefined;
  /** Every value of a parameter that may be repeated. */
  readonly all: (name: string) => readonly string[];
  /** The first parameter that is there more than once, of those that may not be. */
  readonly repeated: string | undefined;
};

/** Reads parameters, for a form or a query. */
export function oauthForm(parameters: URLSearchParams, mayRepeat: readonly string[]): OAuthForm {
  const values = new Map<string, string[]>();
  for (const [name, value] of parameters)
    if (value !== '') values.set(name, [...(values.get(name) ?? []), value]);
  const repeated = [...values].find(([name, given]) => given.length > 1 && !mayRepeat.includes(name));
  return {
    get: (name) => values.get(name)?.[0],
    all: (name) => values.get(name) ?? [],
    repeated: repeated?.[0],
  };
}

/** Reads the form body of a token request (RFC 6749 §3.2). */
export async function readOAuthForm(
  request: Request,
  mayRepeat: readonly string[],
): Promise<Result<OAuthForm, TokenRefusal | 'too_large'>> {
  const [type = ''] = (request.headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/x-www-form-urlencoded')
    return no('invalid_request', 'Send the parameters as application/x-www-form-urlencoded.');
  const text = await readText(request, MAX_OCTETS);
  if (!text.ok)
    return text.error.code === 'body_too_large'
      ? err('too_large')
      : no('invalid_request', 'The body cannot be read as UTF-8.');
  const parameters = new URLSearchParams(text.value);
  if (parameters.size > MAX_PARAMETERS) return no('invalid_request', 'There are too many parameters.');
  const form = oauthForm(parameters, mayRepeat);
  return form.repeated === undefined
    ? ok(form)
    : no('invalid_request', `The parameter ${form.repeated.slice(0, 100)} is there more than once.`);
}
