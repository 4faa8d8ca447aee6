import { parseJson, type JsonValue } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { EdgeProblem } from '../problem-types.ts';
import { readText } from '../read-body.ts';
import { formOf, NO_FORM, type Form } from './form.ts';

/** Octets: room for metadata with hundreds of redirect URIs, percent-encoded. */
const MAX_OCTETS = 256 * 1024;
const MAX_DEPTH = 20;

export type Posted = { readonly form: Form; readonly json: JsonValue };

export const NOTHING_POSTED: Posted = { form: NO_FORM, json: {} };

/** Reads what a form or a script posted. */
export async function readPosted(
  request: Request,
  kind: 'form' | 'json',
): Promise<Result<Posted, EdgeProblem>> {
  const wanted = kind === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const [type = ''] = (request.headers.get('content-type') ?? wanted).split(';');
  if (type.trim().toLowerCase() !== wanted) return err({ code: 'unsupported_media_type', wanted });
  const text = await readText(request, MAX_OCTETS);
  if (!text.ok) return text;
  if (kind === 'form') return ok({ form: formOf(new URLSearchParams(text.value)), json: {} });
  const parsed = parseJson(text.value === '' ? '{}' : text.value, { maxDepth: MAX_DEPTH });
  return parsed.ok
    ? ok({ form: NO_FORM, json: parsed.value })
    : err({ code: 'invalid_json', detail: parsed.error.detail });
}
