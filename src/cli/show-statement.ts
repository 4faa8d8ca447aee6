import type { JsonObject } from '../domain/json.ts';
import { joined, maybeText, number, object, text } from './members.ts';
import type { Printer } from './print.ts';
import { age, instant } from './terminal-text.ts';

/** What the issuer remembers of a statement; the JWT is shown by `statement show --json` alone. */
export function showStatement(statement: JsonObject, out: Printer, now: number): void {
  const exp = number(statement, 'exp') ?? 0;
  const list = object(object(statement, 'status'), 'status_list');
  const [own, effective] = [text(statement, 'state'), text(statement, 'effective_state')];
  out.fields([
    ['jti', text(statement, 'jti')],
    ['software', `${text(statement, 'software_id')} version ${text(statement, 'software_version')}`],
    ['profile', text(statement, 'profile')],
    ['submission', text(statement, 'submission_id')],
    ['state', own === effective ? own : `${effective} (itself ${own})`],
    ['reason', maybeText(statement, 'state_reason')],
    ['issued', instant(number(statement, 'iat') ?? 0)],
    ['expires', `${instant(exp)}${exp > now ? `, in ${age(exp - now)}` : ', past'}`],
    ['audience', statement['audience'] === null ? 'any' : joined(statement, 'audience')],
    ['key', `${text(statement, 'kid')} (${text(statement, 'alg')})`],
    ['status', `place ${text(list, 'idx')} of ${text(list, 'uri')}`],
    ['renewed from', maybeText(statement, 'renewed_from')],
    ['sha256', text(statement, 'sha256')],
  ]);
}
