/** Any value JSON can express (RFC 8259 §3). */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object (RFC 8259 §4). Reads of unknown members give `undefined`. */
export type JsonObject = { readonly [member: string]: JsonValue | undefined };

/** Whether a JSON value is an object, and neither an array nor null. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
