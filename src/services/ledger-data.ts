import type { JsonObject, JsonValue } from '../domain/json.ts';

/** A domain value as the ledger tells it: the same members under their wire names (snake_case). */
export function ledgerData(value: object): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [wireName(name), ledgerValue(member)]),
  );
}

function ledgerValue(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(ledgerValue);
  if (typeof value === 'object' && value !== null) return ledgerData(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function wireName(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
