import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import { EXAMPLE_VALUES } from './example-values.ts';

/** Members that are null unless something happened; an example shows the usual. */
const USUALLY_NULL =
  /^(?:state_reason|state_at|revoked_at|retiring_at|ended_at|closed_at|compared_with|note|renewed_from|next|allowed_scopes)$/;

/**
 * An example of what a schema describes, made of EXAMPLE_VALUES.
 *
 * @param unusual members that differ here, keyed as in EXAMPLE_VALUES
 */
export function exampleOf(schema: z.ZodType, unusual: JsonObject = {}): JsonValue {
  const described: JsonObject = JSON.parse(
    JSON.stringify(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' })),
  );
  const shapes = isJsonObject(described['$defs']) ? described['$defs'] : {};
  return valueOf(described, { member: '', shape: '', shapes, unusual });
}

type Place = {
  readonly member: string;
  readonly shape: string;
  readonly shapes: JsonObject;
  readonly unusual: JsonObject;
};

function valueOf(schema: JsonObject, place: Place): JsonValue {
  const { $ref: reference } = schema;
  if (typeof reference === 'string') {
    const shape = reference.split('/').at(-1) ?? '';
    const referred = place.shapes[shape];
    return isJsonObject(referred) ? madeUp(referred, { ...place, shape }) : null;
  }
  const choices = choicesOf(schema);
  if (choices.length === 0) return suggested(schema, place) ?? madeUp(schema, place);
  const unusual = unusualOf(place);
  const isNullable = choices.some(({ type }) => type === 'null');
  if (isNullable && (unusual === null || (unusual === undefined && USUALLY_NULL.test(place.member))))
    return null;
  const fitting = choices.find((choice) => suggested(choice, place) !== undefined) ?? choices[0] ?? {};
  return valueOf(fitting, place);
}

/** The alternatives that a schema leaves, by `anyOf` or by several types. */
function choicesOf({ anyOf, type, ...rest }: JsonObject): readonly JsonObject[] {
  if (Array.isArray(anyOf)) return anyOf.filter(isJsonObject);
  return Array.isArray(type) ? type.map((one: JsonValue) => ({ ...rest, type: one })) : [];
}

function madeUp(schema: JsonObject, place: Place): JsonValue {
  const { type, const: constant, enum: choices, properties, items } = schema;
  if (constant !== undefined) return constant;
  if (Array.isArray(choices)) return choices[0] ?? null;
  if (isJsonObject(properties)) {
    return Object.fromEntries(
      Object.entries(properties).map(([member, described]) => [
        member,
        isJsonObject(described) ? valueOf(described, { ...place, member }) : null,
      ]),
    );
  }
  switch (type) {
    case 'array':
      return isJsonObject(items) ? [valueOf(items, place)] : [];
    case 'object':
      return {};
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return 1;
    case 'string':
      return '…';
    default:
      return null;
  }
}

function unusualOf({ shape, member, unusual }: Place): JsonValue | undefined {
  const special = unusual[`${shape}.${member}`];
  return special === undefined ? unusual[member] : special;
}

/** The value that is written down for a member, where it is of the type that the schema asks for. */
function suggested({ type, enum: choices }: JsonObject, place: Place): JsonValue | undefined {
  const { shape, member } = place;
  const value = unusualOf(place) ?? EXAMPLE_VALUES[`${shape}.${member}`] ?? EXAMPLE_VALUES[member];
  if (value === undefined) return undefined;
  if (Array.isArray(choices)) return choices.includes(value) ? value : undefined;
  return type === undefined || type === typeOf(value) || (type === 'number' && typeof value === 'number')
    ? value
    : undefined;
}

function typeOf(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return value === null ? 'null' : typeof value;
}
