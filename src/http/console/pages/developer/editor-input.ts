import { isJsonObject, type JsonValue } from '../../../../domain/json.ts';

/** What a script sends of a form: its fields in order, as `fields: [[name, value], …]`. Anything else is an empty form. */
export function pairsOf(value: JsonValue): URLSearchParams {
  const fields = isJsonObject(value) ? value['fields'] : undefined;
  const parameters = new URLSearchParams();
  for (const pair of Array.isArray(fields) ? fields : []) {
    const [name, text] = Array.isArray(pair) ? pair : [];
    if (typeof name === 'string' && typeof text === 'string') parameters.append(name, text);
  }
  return parameters;
}

/** What is wrong with a `software_version`; undefined when nothing is. */
export function versionProblem(text: string): string | undefined {
  return /^[\x21-\x7e](?:[\x20-\x7e]{0,98}[\x21-\x7e])?$/.test(text)
    ? undefined
    : 'A version is 1 to 100 printable ASCII characters, such as 1.4.0.';
}
