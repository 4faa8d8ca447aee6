import { SIGNING_ALGORITHMS } from '../../domain/signing-key.ts';
import type { JsonObject } from '../../domain/json.ts';
import { ask, askList, idempotencyKeyOf } from '../ask.ts';
import { notDone, REASON, refuseToGuess } from '../change-standing.ts';
import { AFTER, IDEMPOTENCY_KEY, JSON_FLAG, LIMIT, YES, type CommandDefinition } from '../command.ts';
import { argument, choice, option } from '../inputs.ts';
import { maybeText, number, object, text } from '../members.ts';
import type { Printer } from '../print.ts';
import { reportFailure } from '../report.ts';
import { connect, path } from '../server.ts';
import { instant } from '../terminal-text.ts';
import { createKey } from './keys-create.ts';

const KID = argument('kid', 'the key');
const ALG = choice('--alg <alg>', 'algorithm (default ES256)', SIGNING_ALGORITHMS);
const EMERGENCY = option('--emergency-reason <text>', 'skip the pre-publication time, and say why');
const EXAMPLE_KID = 'aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdefg';

function showKey(key: JsonObject, out: Printer): void {
  const time = (name: string) => {
    const seconds = number(key, name);
    return seconds === undefined ? undefined : instant(seconds);
  };
  out.fields([
    ['kid', text(key, 'kid')],
    ['alg', text(key, 'alg')],
    ['state', text(key, 'state')],
    ['reason', maybeText(key, 'state_reason')],
    ['created', time('created_at')],
    ['may sign from', time('ready_at')],
    ['activated', time('activated_at')],
    ['retiring', time('retiring_at')],
    ['ended', time('ended_at')],
    ['live statements', maybeText(key, 'live_statements')],
    ['last expires', time('last_expires_at')],
  ]);
}

const list: CommandDefinition = {
  path: 'keys list',
  summary: 'List signing keys with their history, oldest first',
  inputs: [LIMIT, AFTER],
  examples: ['keys list'],
  remote: true,
  run: (get, deps) =>
    askList(
      get,
      deps,
      { path: path`/v1/keys` },
      {
        headings: ['kid', 'alg', 'state', 'created', 'reason'],
        row: (item) => [
          text(item, 'kid'),
          text(item, 'alg'),
          text(item, 'state'),
          instant(number(item, 'created_at') ?? 0),
          text(item, 'state_reason'),
        ],
        shrink: [4],
        empty: 'No keys. `imprimatur keys generate` makes one.',
      },
    ),
};

const show: CommandDefinition = {
  path: 'keys show',
  summary: 'Show a key and what depends on it',
  inputs: [KID],
  examples: [`keys show ${EXAMPLE_KID}`],
  remote: true,
  run: (get, deps) => ask(get, deps, { method: 'GET', path: path`/v1/keys/${get(KID)}` }, showKey),
};

const generate: CommandDefinition = {
  path: 'keys generate',
  summary: 'Generate a key: published at once, signing only when activated',
  inputs: [ALG, IDEMPOTENCY_KEY],
  examples: ['keys generate', 'keys generate --alg PS256'],
  remote: true,
  run: (get, deps) => {
    const body = { alg: get(ALG) ?? 'ES256' };
    const request = { method: 'POST', path: path`/v1/keys`, body } as const;
    return ask(get, deps, { ...request, idempotencyKey: idempotencyKeyOf(get, deps) }, showKey);
  },
};

const activate: CommandDefinition = {
  path: 'keys activate',
  summary: 'Let a pending key sign; the active one becomes retiring',
  inputs: [KID, EMERGENCY],
  examples: [`keys activate ${EXAMPLE_KID}`],
  remote: true,
  run: (get, deps) => {
    const emergency = get(EMERGENCY);
    const body = emergency === undefined ? {} : { emergency_reason: emergency };
    return ask(get, deps, { method: 'POST', path: path`/v1/keys/${get(KID)}/activation`, body }, showKey);
  },
};

const retire: CommandDefinition = {
  path: 'keys retire',
  summary: 'Take a key out of the JWK Set that nothing depends on any more',
  inputs: [KID],
  examples: [`keys retire ${EXAMPLE_KID}`],
  remote: true,
  run: (get, deps) =>
    ask(get, deps, { method: 'POST', path: path`/v1/keys/${get(KID)}/retirement`, body: {} }, showKey),
};

const revoke: CommandDefinition = {
  path: 'keys revoke',
  summary: 'Take a key out at once and revoke every statement it signed',
  description:
    'When it is the active one, the oldest pending key signs from then on. Says how many live statements are affected and asks once.',
  inputs: [KID, REASON, YES],
  examples: [`keys revoke ${EXAMPLE_KID} --reason "found on a stolen laptop"`],
  remote: true,
  run: async (get, deps) => {
    const json = get(JSON_FLAG);
    if (!get(YES)) {
      if (deps.confirm === undefined) return refuseToGuess(deps);
      const server = await connect(get, deps);
      if (!server.ok) return reportFailure(deps, server.error, json);
      const key = await server.value.send({ method: 'GET', path: path`/v1/keys/${get(KID)}` });
      if (!key.ok) return reportFailure(deps, key.error, json);
      const live = number(key.value.body, 'live_statements') ?? 0;
      const state = text(key.value.body, 'state');
      const question = `Revoke the ${state} key ${get(KID)}? ${live} live statement${live === 1 ? '' : 's'} will stop verifying for good.`;
      if (!(await deps.confirm(question))) return notDone(deps);
    }
    const body = { reason: get(REASON) };
    return ask(
      get,
      deps,
      { method: 'POST', path: path`/v1/keys/${get(KID)}/revocation`, body },
      (done, out) => {
        showKey(object(done, 'key'), out);
        out.line(`${text(done, 'revoked_statements')} statements were revoked with it.`);
      },
    );
  },
};

export const keyCommands: readonly CommandDefinition[] = [
  list,
  show,
  generate,
  activate,
  retire,
  revoke,
  createKey,
];
