import { z } from 'zod';
import { ACTIONS, rolesFor } from '../domain/access.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json.ts';
import type { Endpoint } from './api/endpoint.ts';
import { ENDPOINTS } from './api/table.ts';
import { exampleOf } from './example-reply.ts';
import { PROTOCOL_ENDPOINTS, type ProtocolEndpoint } from './oauth/table.ts';
import { PROBLEM_TYPES } from './problem-types.ts';
import { PUBLIC_ENDPOINTS, publicPath, type PublicEndpoint } from './public-table.ts';

/** The OpenAPI 3.1 document, made from the endpoint table: it describes every endpoint and nothing else. */
export function openapiDocument(identifier: string): JsonObject {
  const paths: Record<string, Record<string, JsonValue>> = {};
  const schemas: Schemas = { Problem: PROBLEM_SCHEMA };
  const host = new URL(identifier).origin;
  const base = identifier.slice(host.length);
  for (const endpoint of PUBLIC_ENDPOINTS) {
    const path = endpoint.at === 'issuer' ? endpoint.path : publicPath(endpoint, base);
    paths[path] = {
      // What is not below the issuer is named from its host.
      ...(endpoint.at === 'issuer' || base === '' ? {} : { servers: [{ url: host }] }),
      get: publicOperation(endpoint, schemas),
    };
  }
  for (const endpoint of ENDPOINTS) {
    const path = (paths[endpoint.path] ??= {});
    path[endpoint.method.toLowerCase()] = operation(endpoint, schemas);
  }
  for (const endpoint of PROTOCOL_ENDPOINTS)
    paths[endpoint.path] = { [endpoint.method.toLowerCase()]: protocolOperation(endpoint) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Imprimatur',
      version: '1',
      description:
        'Submit OAuth client metadata, have it reviewed, and receive software statements (RFC 7591). Times are ' +
        'NumericDate seconds. Lists are paged by cursor. Errors are problem details (RFC 9457).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: identifier }],
    security: [{ token: [] }],
    tags: [...new Set([...[...ENDPOINTS, ...PUBLIC_ENDPOINTS].map(({ tag }) => tag), 'OAuth'])].map(
      (name) => ({
        name,
      }),
    ),
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'an API token, imp_…' } },
      schemas,
    },
    'x-problem-types': Object.entries(PROBLEM_TYPES).map(([code, { status, title }]) => ({
      type: `${identifier}/problems/${code}`,
      status,
      title,
    })),
  };
}

const PROBLEM_SCHEMA: JsonObject = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          pointer: { type: 'string' },
          rule: { type: 'string' },
          severity: { type: 'string' },
          detail: { type: 'string' },
          spec: { type: 'string' },
        },
      },
    },
  },
};

/** An OAuth endpoint: a form in, JSON or nothing out, the errors of RFC 6749 §5.2. */
function protocolOperation(endpoint: ProtocolEndpoint): JsonObject {
  const { method, path, summary, description, example } = endpoint;
  if (method === 'GET')
    return {
      operationId: `get${path.replaceAll('/', '_')}`,
      summary,
      description,
      tags: ['OAuth'],
      security: [],
      parameters: Object.entries(example).map(([name, value]) => ({
        name,
        in: 'query',
        required: true,
        schema: { type: 'string' },
        example: value,
      })),
      responses: {
        '303': { description: 'on to the page that asks, or back to the client with an error' },
        '400': { description: 'a page that says why the request cannot be answered to the client' },
      },
    };
  const form = { type: 'object', additionalProperties: { type: 'string' } };
  const error = {
    type: 'object',
    required: ['error'],
    properties: { error: { type: 'string' }, error_description: { type: 'string' } },
  };
  const refused = { description: 'OAuth error', content: { 'application/json': { schema: error } } };
  return {
    operationId: `post${path.replaceAll('/', '_')}`,
    summary,
    description,
    tags: ['OAuth'],
    security: [],
    requestBody: {
      required: true,
      content: { 'application/x-www-form-urlencoded': { schema: form, example } },
    },
    responses: { '200': { description: 'granted' }, '400': refused, '401': refused },
  };
}

function operation(endpoint: Endpoint, schemas: Schemas): JsonObject {
  const roles = rolesFor(endpoint.action);
  const parameters = [
    ...parametersIn('path', endpoint.params, schemas),
    ...parametersIn('query', endpoint.query, schemas),
    ...(endpoint.creates === true ? [IDEMPOTENCY_KEY] : []),
    ...(endpoint.versioned === true ? [IF_MATCH] : []),
  ];
  const body = schemaOf(endpoint.body, 'input', schemas);
  const takesBody = endpoint.method !== 'GET' && Object.keys(objectMembers(body)).length > 0;
  return {
    operationId: operationIdOf(endpoint.method.toLowerCase(), endpoint.path),
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: `${endpoint.description === undefined ? '' : `${endpoint.description}\n\n`}For: ${roles.join(', ')}. Scope: \`${endpoint.action}\` (${ACTIONS[endpoint.action].title}).`,
    'x-imprimatur-roles': [...roles],
    'x-imprimatur-scope': endpoint.action,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(takesBody
      ? {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: body,
                ...(endpoint.example?.body === undefined ? {} : { example: endpoint.example.body }),
              },
            },
          },
        }
      : {}),
    responses: {
      [String(endpoint.status)]: {
        description: endpoint.status === 204 ? 'done' : 'as asked',
        headers: replyHeaders(endpoint),
        ...(endpoint.status === 204
          ? {}
          : {
              content: {
                [endpoint.replyType ?? 'application/json']:
                  endpoint.reply === undefined
                    ? {}
                    : {
                        schema: schemaOf(endpoint.reply, 'output', schemas),
                        example: exampleOf(endpoint.reply, endpoint.example?.reply),
                      },
              },
            }),
      },
      default: PROBLEM,
    },
  };
}

const PROBLEM: JsonObject = {
  description: 'a problem, see x-problem-types',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function publicOperation(endpoint: PublicEndpoint, schemas: Schemas): JsonObject {
  const { path, tag, summary, replyType, query, reply } = endpoint;
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const parameters = [
    ...names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
    ...(query === undefined ? [] : parametersIn('query', query, schemas)),
  ];
  const content =
    reply === undefined ? {} : { schema: schemaOf(reply, 'output', schemas), example: exampleOf(reply) };
  const headers =
    reply !== undefined && isPaged(reply)
      ? { headers: { Link: header('rel="next" until the last page') } }
      : {};
  return {
    operationId: operationIdOf('get', path),
    tags: [tag],
    summary,
    security: [],
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: {
      '200': { description: 'as asked', ...headers, content: { [replyType]: content } },
      default: PROBLEM,
    },
  };
}

/** What an answer says in its head; RFC 9110 §8.8.3 and §10.2.2, RFC 8288. */
function replyHeaders({ status, reply, versioned }: Endpoint): JsonObject {
  const isPage = reply !== undefined && isPaged(reply);
  return {
    'X-Request-Id': header('the one that was sent, or a new one; also in the log'),
    ...(status === 201 ? { Location: header('where the new thing is') } : {}),
    ...(isPage ? { Link: header('rel="next" until the last page') } : {}),
    ...(versioned === true ? { ETag: header('the version, for If-Match') } : {}),
  };
}

function isPaged(reply: z.ZodType): boolean {
  return reply instanceof z.ZodObject && 'next' in reply.shape && 'items' in reply.shape;
}

function header(description: string): JsonObject {
  return { description, schema: { type: 'string' } };
}

const IDEMPOTENCY_KEY: JsonObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'a repeat with the same key gives what the first request made',
};

const IF_MATCH: JsonObject = {
  name: 'If-Match',
  in: 'header',
  required: false,
  schema: { type: 'string', pattern: '^("[0-9]{1,15}"|\\*)$' },
  description: 'the ETag of what was read; 412 when it changed meanwhile',
};

function parametersIn(place: 'path' | 'query', schema: z.ZodType, schemas: Schemas): readonly JsonObject[] {
  const described = schemaOf(schema, 'input', schemas);
  const required = described['required'];
  return Object.entries(objectMembers(described)).map(([name, member]) => ({
    name,
    in: place,
    required: place === 'path' || (Array.isArray(required) && required.includes(name)),
    schema: member ?? {},
  }));
}

function objectMembers(schema: JsonObject): JsonObject {
  const properties = schema['properties'];
  return isJsonObject(properties) ? properties : {};
}

/** A shape as JSON Schema. Named shapes go into `schemas` once and are referred to from everywhere. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Schemas): JsonObject {
  const text = JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));
  const described: JsonObject = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));
  const { $schema: _, $defs, ...rest } = described;
  for (const [name, shape] of Object.entries(isJsonObject($defs) ? $defs : {}))
    if (isJsonObject(shape)) schemas[name] = withoutId(shape);
  return withoutId(rest);
}

/** zod leaves the name of a shape behind as `id`, which JSON Schema reads as something else. */
function withoutId(shape: JsonObject): JsonObject {
  const { id, ...rest } = shape;
  return typeof id === 'string' ? rest : shape;
}

type Schemas = Record<string, JsonObject>;

function operationIdOf(method: string, path: string): string {
  const words = path
    .replace('/v1/', '')
    .replaceAll(/[{}]/g, '')
    .split(/[/_.-]/);
  return `${method}${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
}
