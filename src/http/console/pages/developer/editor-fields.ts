import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../../../../domain/json.ts';
import type { Form } from '../../form.ts';

/** How a member is written in the form. */
export type EditorField = {
  readonly member: string;
  readonly kind: 'text' | 'lines' | 'choice' | 'checks' | 'json';
  /** For choices and checks; anything else is written among the other members. */
  readonly options?: readonly string[];
  readonly placeholder?: string;
};

export type EditorGroup = {
  readonly legend: string;
  readonly help?: string;
  readonly fields: readonly EditorField[];
};

const GRANT_TYPES = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
] as const;

const AUTHENTICATION_METHODS = [
  'private_key_jwt',
  'none',
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
] as const;

/** The members that have a field of their own; the others are written as JSON in `other`. */
export const EDITOR_GROUPS: readonly EditorGroup[] = [
  {
    legend: 'What people see',
    fields: [
      { member: 'client_name', kind: 'text' },
      { member: 'client_uri', kind: 'text', placeholder: 'https://app.example/' },
      { member: 'logo_uri', kind: 'text', placeholder: 'https://app.example/logo.png' },
      { member: 'policy_uri', kind: 'text', placeholder: 'https://app.example/privacy' },
      { member: 'tos_uri', kind: 'text', placeholder: 'https://app.example/terms' },
      { member: 'contacts', kind: 'lines', placeholder: 'security@app.example' },
    ],
  },
  {
    legend: 'Where answers go',
    fields: [
      { member: 'application_type', kind: 'choice', options: ['web', 'native'] },
      { member: 'redirect_uris', kind: 'lines', placeholder: 'https://app.example/callback' },
      { member: 'post_logout_redirect_uris', kind: 'lines' },
    ],
  },
  {
    legend: 'How it obtains tokens',
    fields: [
      { member: 'grant_types', kind: 'checks', options: GRANT_TYPES },
      { member: 'response_types', kind: 'lines', placeholder: 'code' },
      { member: 'scope', kind: 'text', placeholder: 'openid profile' },
    ],
  },
  {
    legend: 'How it proves that it is itself',
    fields: [
      { member: 'token_endpoint_auth_method', kind: 'choice', options: AUTHENTICATION_METHODS },
      { member: 'jwks_uri', kind: 'text', placeholder: 'https://app.example/jwks.json' },
      { member: 'jwks', kind: 'json' },
    ],
  },
];

export const EDITOR_FIELDS: readonly EditorField[] = EDITOR_GROUPS.flatMap(({ fields }) => fields);
/** The field of every member that has none of its own. */
export const OTHER = 'other';

const MAX_DEPTH = 20;

/** What stands in the fields: text as it was typed, or the boxes that are ticked. */
export type EditorValues = Readonly<Record<string, string | readonly string[]>>;

/** Puts metadata into the fields; what fits into none is JSON among the others. */
export function valuesOf(metadata: JsonObject): EditorValues {
  const own = EDITOR_FIELDS.flatMap((field) => {
    const written = writtenAs(field, metadata[field.member]);
    return written === undefined ? [] : [[field.member, written] as const];
  });
  const placed = new Set(own.map(([member]) => member));
  const others = Object.entries(metadata).filter(([name, value]) => value !== undefined && !placed.has(name));
  return {
    ...Object.fromEntries(own),
    [OTHER]: others.length === 0 ? '' : JSON.stringify(Object.fromEntries(others), null, 2),
  };
}

/** The fields as a form sent them. */
export function valuesSent(form: Form): EditorValues {
  return Object.fromEntries([
    ...EDITOR_FIELDS.map(({ member, kind }) => [
      member,
      kind === 'checks' ? form.all(member) : form.raw(member),
    ]),
    [OTHER, form.raw(OTHER)],
  ]);
}

export type ReadFields = {
  /** What could be read. */
  readonly metadata: JsonObject;
  /** Fields that could not be, each with what is wrong. */
  readonly problems: Readonly<Record<string, string>>;
};

/** The metadata that the fields say; a field that cannot be read is left out and told of. */
export function metadataOf(values: EditorValues): ReadFields {
  const problems: Record<string, string> = {};
  const members: [string, JsonValue][] = [];
  for (const { member, kind } of EDITOR_FIELDS) {
    const read = readField(kind, values[member] ?? '');
    if (read.problem !== undefined) problems[member] = read.problem;
    if (read.value !== undefined) members.push([member, read.value]);
  }
  const other = readJson(textOf(values[OTHER]));
  if (other.problem !== undefined) problems[OTHER] = other.problem;
  else if (other.value !== undefined && !isJsonObject(other.value))
    problems[OTHER] = 'Write one JSON object: its members are the other members.';
  const others = isJsonObject(other.value) ? other.value : {};
  const twice = members.map(([name]) => name).filter((name) => Object.hasOwn(others, name));
  if (twice.length > 0) problems[OTHER] = `${twice.join(', ')} stands in a field of its own already.`;
  return { metadata: { ...others, ...Object.fromEntries(members) }, problems };
}

/** How a value stands in its field; undefined when the field cannot hold exactly that. */
function writtenAs(
  { kind, options = [] }: EditorField,
  value: JsonValue | undefined,
): string | readonly string[] | undefined {
  if (value === undefined) return undefined;
  switch (kind) {
    case 'text':
      return isLine(value) ? value : undefined;
    case 'choice':
      return typeof value === 'string' && options.includes(value) ? value : undefined;
    case 'lines':
      return Array.isArray(value) && value.length > 0 && value.every(isLine) ? value.join('\n') : undefined;
    case 'checks':
      return Array.isArray(value) &&
        value.length > 0 &&
        new Set(value).size === value.length &&
        value.every((item): item is string => typeof item === 'string' && options.includes(item))
        ? value
        : undefined;
    case 'json':
      return JSON.stringify(value, null, 2);
  }
}

/** Whether a text comes back from a field of one line as it went in. */
function isLine(value: JsonValue): value is string {
  return typeof value === 'string' && value !== '' && value === value.trim() && !/[\r\n]/.test(value);
}

type ReadField = { readonly value?: JsonValue; readonly problem?: string };

function readField(kind: EditorField['kind'], written: string | readonly string[]): ReadField {
  if (kind === 'json') return readJson(textOf(written));
  if (kind === 'checks') return typeof written === 'string' || written.length === 0 ? {} : { value: written };
  const text = textOf(written).trim();
  if (text === '') return {};
  if (kind !== 'lines') return { value: text };
  const lines = text.split('\n').map((line) => line.trim());
  return { value: lines.filter((line) => line !== '') };
}

function readJson(text: string): ReadField {
  if (text.trim() === '') return {};
  const parsed = parseJson(text, { maxDepth: MAX_DEPTH });
  return parsed.ok ? { value: parsed.value } : { problem: jsonProblem(text, parsed.error) };
}

/** What is wrong with a JSON text, and where, as its writer counts: lines from one. */
export function jsonProblem(
  text: string,
  { detail, position }: { readonly detail: string; readonly position?: number },
): string {
  if (position === undefined) return `This cannot be read: ${detail}.`;
  const before = text.slice(0, position).split('\n');
  return `This cannot be read: ${detail}, at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}.`;
}

function textOf(written: string | readonly string[] | undefined): string {
  return typeof written === 'string' ? written : '';
}
