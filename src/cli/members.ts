import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';

/** Reading answers: what a server of another version leaves out shows as a dash instead of breaking a table. */
const ABSENT = '–';

/** A member as people read it. */
export function text(parent: JsonValue | undefined, name: string): string {
  const value = isJsonObject(parent) ? parent[name] : undefined;
  if (value === undefined || value === null || value === '') return ABSENT;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A member that may be missing, for lists of fields that leave it out then. */
export function maybeText(parent: JsonValue | undefined, name: string): string | undefined {
  const shown = text(parent, name);
  return shown === ABSENT ? undefined : shown;
}

export function number(parent: JsonValue | undefined, name: string): number | undefined {
  const value = isJsonObject(parent) ? parent[name] : undefined;
  return typeof value === 'number' ? value : undefined;
}

export function object(parent: JsonValue | undefined, name: string): JsonObject {
  const value = isJsonObject(parent) ? parent[name] : undefined;
  return isJsonObject(value) ? value : {};
}

/** The items of a list member that are objects. */
export function objects(parent: JsonValue | undefined, name: string): readonly JsonObject[] {
  const value = isJsonObject(parent) ? parent[name] : undefined;
  return Array.isArray(value) ? value.filter((item) => isJsonObject(item)) : [];
}

/** The strings of a list member, joined. */
export function joined(parent: JsonValue | undefined, name: string): string {
  const value = isJsonObject(parent) ? parent[name] : undefined;
  const texts = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  return texts.join(', ') || ABSENT;
}
