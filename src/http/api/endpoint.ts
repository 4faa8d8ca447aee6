import { z } from 'zod';
import type { Action, Actor } from '../../domain/access.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Idempotency, Issuer } from '../../services/issuer.ts';
import type { Refusal } from '../../services/refusal.ts';

/** What a handler is given once everything has been parsed. */
export type Call<P, Q, B> = {
  readonly issuer: Issuer;
  readonly actor: Actor;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Present when the caller sent Idempotency-Key and the endpoint creates something. */
  readonly idempotency: Idempotency | undefined;
  /** The version in If-Match, where things have versions. */
  readonly ifMatch: number | undefined;
};

export type Reply = {
  readonly status: 200 | 201 | 204;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of a body: octets of JSON, exactly as they are. */
  readonly octets?: Uint8Array;
  /** Instead of a body: lines that are sent as they are made. */
  readonly lines?: AsyncIterable<string>;
};

type Declaration<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{name}` for parameters, as OpenAPI writes it. */
  readonly path: string;
  readonly action: Action;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly status: 200 | 201 | 204;
  readonly reply?: z.ZodType;
  readonly replyType?: string;
  /** Takes an Idempotency-Key. */
  readonly creates?: boolean;
  /** Takes the ETag of what it changes in If-Match. */
  readonly versioned?: boolean;
  /** The query parameter that takes `next` of a page; `after` unless said. */
  readonly pagedBy?: 'before';
  readonly example?: {
    readonly body?: JsonValue;
    /** Members of the reply that differ from the usual example, keyed as in http/example-values.ts. */
    readonly reply?: JsonObject;
  };
  readonly handle: (call: Call<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Result<Reply, Refusal>>;
};

/** What came over the wire, not looked at yet. */
export type RawCall = {
  readonly issuer: Issuer;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body: JsonValue;
  readonly idempotency: Idempotency | undefined;
  readonly ifMatch: number | undefined;
};

/** One row of the endpoint table: what routing, documentation and the access test are made from. */
export type Endpoint = Omit<Declaration<z.ZodType, z.ZodType, z.ZodType>, 'handle'> & {
  readonly run: (raw: RawCall) => Promise<Result<Reply, Refusal>>;
};

/** Declares an endpoint once; parsing and handling are tied together here, so that a handler sees parsed values only. */
export function endpoint<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  declaration: Declaration<P, Q, B>,
): Endpoint {
  const { handle, ...described } = declaration;
  return {
    ...described,
    run: async (raw) => {
      const params = parse(declaration.params, raw.params);
      const query = parse(declaration.query, raw.query);
      const body = parse(declaration.body, raw.body);
      if (!params.ok || !query.ok || !body.ok)
        return err({
          code: 'invalid_input',
          problems: [params, query, body].flatMap((parsed) => (parsed.ok ? [] : parsed.error)),
        });
      return handle({ ...raw, params: params.value, query: query.value, body: body.value });
    },
  };
}

/** For endpoints whose path has no parameters, or that take no query or no body. */
export const NOTHING = z.strictObject({});

export type InputProblem = { readonly pointer: string; readonly detail: string };

/** Reads input by its shape; every problem at once, each at its pointer (RFC 6901). */
export function parse<S extends z.ZodType>(
  schema: S,
  value: unknown,
): Result<z.output<S>, readonly InputProblem[]> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  return err(
    parsed.error.issues.flatMap((issue) => {
      const pointer = pointerTo(issue.path);
      return issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({
            pointer: pointer + pointerTo([key]),
            detail: 'is not a member of this request',
          }))
        : [{ pointer, detail: issue.message }];
    }),
  );
}

/** A JSON Pointer (RFC 6901 §3). */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
