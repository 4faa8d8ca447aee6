import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/domain/json.ts';
import {
  metadataOf,
  valuesOf,
  type EditorValues,
} from '../../../../src/http/console/pages/developer/editor-fields.ts';
import { METADATA } from '../../../support/issuer.ts';

/** What a browser makes of values on the way: line ends, and fields that are empty. */
function throughAForm(values: EditorValues): EditorValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'string' ? value.replaceAll('\n', '\r\n').replaceAll('\r\n', '\n') : value,
    ]),
  );
}

function sorted(value: JsonObject): JsonValue {
  return JSON.parse(JSON.stringify(value, Object.keys(value).toSorted()));
}

const NAMES = [
  'client_name',
  'redirect_uris',
  'grant_types',
  'application_type',
  'jwks',
  'scope',
  'contacts',
  'client_name#ar',
  'x',
  'tos_uri',
];
const item = fc.oneof(fc.string(), fc.constantFrom('code', 'authorization_code', ' a ', 'b\nc', 'web', ''));
const value = fc.oneof(
  item,
  fc.array(item, { maxLength: 4 }),
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
  fc.constant({ keys: [{ kty: 'EC' }] }),
  fc.array(fc.integer(), { maxLength: 2 }),
);
const metadata = fc
  .dictionary(fc.constantFrom(...NAMES), value)
  .map((members): JsonObject => ({ ...members }));

describe('metadata in fields', () => {
  it('comes out as it went in, whatever it holds', () => {
    fc.assert(
      fc.property(metadata, (before) => {
        const { metadata: after, problems } = metadataOf(throughAForm(valuesOf(before)));
        expect(problems).toEqual({});
        const order = (list: JsonValue | undefined) =>
          Array.isArray(list) ? [...list].map((one) => JSON.stringify(one)).toSorted() : list;
        expect({ ...after, grant_types: order(after['grant_types']) }).toEqual({
          ...before,
          grant_types: order(before['grant_types']),
        });
      }),
      { numRuns: 2_000 },
    );
    expect(sorted(metadataOf(valuesOf(METADATA)).metadata)).toEqual(sorted(METADATA));
  });

  it('that cannot be read is told of at its field, and what can be read is', () => {
    const read = metadataOf({ client_name: 'A', jwks: '{"keys": [', other: '{"a": 1,\n "a": 2}' });
    expect(read.metadata).toEqual({ client_name: 'A' });
    expect(read.problems['jwks']).toMatch(/cannot be read/);
    expect(read.problems['other']).toMatch(/twice, at line 2/);
  });

  it('does not stand in two places', () => {
    expect(metadataOf({ client_name: 'A', other: '{"client_name": "B"}' }).problems['other']).toMatch(
      /client_name/,
    );
    expect(metadataOf({ other: '[]' }).problems['other']).toMatch(/object/);
  });
});
