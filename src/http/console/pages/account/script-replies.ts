import { isJsonObject, textMember, type JsonObject, type JsonValue } from '../../../../domain/json.ts';
import { ok, type Result } from '../../../../domain/result.ts';
import type { Issuer } from '../../../../services/issuer.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import type { Begun } from '../../../../services/sign-in/ceremonies.ts';
import type { StartedSession } from '../../../../services/sign-in/session-plan.ts';
import type { PageReply } from '../../page.ts';
import { arrivalCookies, ceremonyCookie, clearedCeremony } from './ceremony-cookie.ts';

/** Options for the browser's authenticator, and the cookie that finishes what they begin. */
export function begunReply(issuer: Issuer, begun: Result<Begun, Refusal>): Result<PageReply, Refusal> {
  if (!begun.ok) return begun;
  const { ceremony, options } = begun.value;
  return ok({
    kind: 'json',
    value: { options },
    status: 200,
    cookies: [ceremonyCookie(issuer, ceremony)],
  });
}

/** Signed in: the script goes on by itself. */
export function arrivedReply(
  issuer: Issuer,
  started: Result<StartedSession, Refusal>,
): Result<PageReply, Refusal> {
  return started.ok
    ? ok({ kind: 'json', value: {}, status: 200, cookies: arrivalCookies(issuer, started.value) })
    : started;
}

/** Done, without a new session. */
export function doneReply<T>(issuer: Issuer, done: Result<T, Refusal>): Result<PageReply, Refusal> {
  return done.ok ? ok({ kind: 'json', value: {}, status: 200, cookies: [clearedCeremony(issuer)] }) : done;
}

/** What the authenticator answered, as the script sent it. */
export function answerOf(json: JsonValue): JsonObject {
  const response = isJsonObject(json) ? json['response'] : undefined;
  return isJsonObject(response) ? response : {};
}

/** A field of the form that the script sent along. */
export function fieldOf(json: JsonValue, name: string): string {
  return isJsonObject(json) ? textMember(json, name) : '';
}
