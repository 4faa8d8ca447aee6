import { JSON_FLAG, LIMIT, YES, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { argument, choice, neededOption, option } from '../inputs.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Registration } from '../../kit/registration/ports.ts';
import { printer } from '../print.ts';
import { notDone, refuseToGuess } from '../change-standing.ts';
import { instant } from '../terminal-text.ts';
import { CONFIG, printJson, settle, TRUST, withRegistrar } from '../with-registrar.ts';

const CLIENT = argument('client_id', 'the client');
const ISSUER = option('--issuer <url>', 'from a statement of this issuer');
const SOFTWARE = option('--software <software_id>', 'from a statement about this software');
const STATEMENT = option('--statement <jti>', 'from this statement');
const CLASS = option('--class <name>', 'of this class');
const STATE = choice('--state <state>', 'active or ended', ['active', 'ended']);
const AFTER = option('--after <client_id>', 'go on after this client');
const REASON = neededOption('--reason <text>', 'why, for the audit log');
const FLOOR_ISSUER = neededOption('--issuer <url>', 'issuer of the statements');
const FLOOR_SOFTWARE = neededOption('--software <software_id>', 'software they are about');
const BEFORE = neededOption(
  '--issued-before <time>',
  'refuse what was issued before: ISO 8601, or seconds since the epoch',
);
const DEFAULT_LIMIT = 50;

const list: CommandDefinition = {
  path: 'registrar clients',
  summary: 'List registered clients: everything from one issuer, one software or one statement',
  inputs: [CONFIG, ISSUER, SOFTWARE, STATEMENT, CLASS, STATE, LIMIT, AFTER],
  examples: [
    'registrar clients',
    'registrar clients --issuer https://issuer.example --state active',
    'registrar clients --statement 01900000-0000-7000-8000-000000000005 --json',
  ],
  remote: false,
  run: (get, deps) =>
    withRegistrar(get, deps, async ({ registrar }) => {
      const limit = get(LIMIT) ?? DEFAULT_LIMIT;
      const [issuer, softwareId, statement] = [get(ISSUER), get(SOFTWARE), get(STATEMENT)];
      const [clientClass, state] = [get(CLASS), get(STATE)];
      const filter = {
        ...(issuer === undefined ? {} : { issuer }),
        ...(softwareId === undefined ? {} : { softwareId }),
        ...(statement === undefined ? {} : { statement }),
        ...(clientClass === undefined ? {} : { clientClass }),
        ...(state === undefined ? {} : { state }),
      };
      const found = await registrar.inventory(filter, get(AFTER), limit + 1);
      const page = found.slice(0, limit);
      const next = found.length > limit ? page.at(-1)?.clientId : undefined;
      if (get(JSON_FLAG)) {
        printJson(deps, { items: page.map(factsOf), ...(next === undefined ? {} : { next }) });
        return EXIT.OK;
      }
      const out = printer(deps.stdout, deps.environment);
      if (page.length === 0)
        out.line('No clients. They register at the registration endpoint; `imprimatur registrar` serves it.');
      else
        out.table(
          ['client_id', 'state', 'class', 'client_name', 'issuer', 'software_id', 'until'],
          page.map(rowOf),
          [4, 5, 3],
        );
      if (next !== undefined) out.line(`There is more: add --after ${next}`, 'faint');
      return EXIT.OK;
    }),
};

function rowOf(row: Registration): readonly string[] {
  const { client_name: name } = row.metadata;
  return [
    row.clientId,
    row.state === 'ended' ? `ended (${row.endReason ?? ''})` : row.state,
    row.clientClass,
    typeof name === 'string' ? name : '–',
    row.governing?.issuer ?? '–',
    row.governing?.softwareId ?? '–',
    row.expiresAt === null ? 'no end' : instant(row.expiresAt),
  ];
}

/** A registration without its credentials and without the text of its statement. */
function factsOf(row: Registration): JsonObject {
  const { governing } = row;
  return {
    client_id: row.clientId,
    client_class: row.clientClass,
    state: row.state,
    ended_because: row.endReason,
    client_id_issued_at: row.createdAt,
    updated_at: row.updatedAt,
    expires_at: row.expiresAt,
    last_used_at: row.lastUsedAt,
    metadata: row.metadata,
    software_statement:
      governing === null
        ? null
        : {
            iss: governing.issuer,
            software_id: governing.softwareId,
            jti: governing.jti,
            sha256: governing.digest,
            iat: governing.issuedAt,
          },
    initial_access_token: row.initialAccessTokenId,
  };
}

const show: CommandDefinition = {
  path: 'registrar client',
  summary: 'Show one client, and whether it may be used now',
  inputs: [CLIENT, CONFIG, TRUST],
  examples: ['registrar client 01900000-0000-7000-8000-000000000007'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(
      get,
      deps,
      async ({ registrar }) => {
        const standing = await registrar.standing(get(CLIENT));
        const out = printer(deps.stdout, deps.environment);
        if (standing.outcome === 'unknown') {
          printer(deps.stderr, deps.environment).line(`imprimatur: there is no client ${get(CLIENT)}`, 'bad');
          return EXIT.REFUSED;
        }
        const facts = factsOf(standing.registration);
        const because = standing.outcome === 'live' ? undefined : standing.because;
        if (get(JSON_FLAG)) {
          printJson(deps, { standing: standing.outcome, because: because ?? null, ...facts });
          return EXIT.OK;
        }
        out.line(
          standing.outcome === 'live' ? 'It may be used.' : `It may not be used: ${because ?? ''}.`,
          standing.outcome === 'live' ? 'good' : 'bad',
        );
        if (standing.outcome === 'lapsed') out.paragraph(standing.detail);
        out.line('');
        out.line(JSON.stringify(facts, undefined, 2));
        return EXIT.OK;
      },
      { trust: get(TRUST) },
    ),
};

const end: CommandDefinition = {
  path: 'registrar end',
  summary: 'End a client for good: its credentials stop, its record stays',
  inputs: [CLIENT, REASON, YES, CONFIG],
  examples: ['registrar end 01900000-0000-7000-8000-000000000007 --reason "reported as phishing"'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(get, deps, async ({ registrar }) => {
      const clientId = get(CLIENT);
      if (!get(YES)) {
        if (deps.confirm === undefined) return refuseToGuess(deps);
        if (!(await deps.confirm(`End the client ${clientId}? It has to register anew.`)))
          return notDone(deps);
      }
      return settle(deps, await registrar.end(clientId, get(REASON)), (row) => {
        const out = printer(deps.stdout, deps.environment);
        if (get(JSON_FLAG)) printJson(deps, row === undefined ? { known: false } : factsOf(row));
        else if (row === undefined) out.line(`There is no client ${clientId}; nothing changed.`);
        else out.line(`The client ${clientId} has ended (${row.endReason ?? ''}).`);
      });
    }),
};

const raiseFloor: CommandDefinition = {
  path: 'registrar raise-floor',
  summary: 'Refuse from now on every statement about a software that was issued before a time',
  description:
    'For a software whose older statements attest too much. A floor is only ever raised. Clients that rest on an older statement stay; ' +
    '`imprimatur registrar sweep --outdated` ends them.',
  inputs: [FLOOR_ISSUER, FLOOR_SOFTWARE, BEFORE, REASON, YES, CONFIG],
  examples: [
    'registrar raise-floor --issuer https://issuer.example --software 01900000-0000-7000-8000-000000000004 --issued-before 2026-11-20T12:00:00Z --reason "redirects were narrowed"',
  ],
  remote: false,
  run: (get, deps) =>
    withRegistrar(get, deps, async ({ registrar }) => {
      const time = get(BEFORE);
      const issuedAt = /^\d+$/.test(time) ? Number(time) : Math.floor(Date.parse(time) / 1000);
      if (!Number.isSafeInteger(issuedAt)) {
        printer(deps.stderr, deps.environment).line(`imprimatur: ${time} is no time`, 'bad');
        return EXIT.USAGE;
      }
      if (!get(YES)) {
        if (deps.confirm === undefined) return refuseToGuess(deps);
        const question = `Refuse every statement about ${get(FLOOR_SOFTWARE)} issued before ${instant(issuedAt)}? This cannot be lowered.`;
        if (!(await deps.confirm(question))) return notDone(deps);
      }
      const wanted = {
        issuer: get(FLOOR_ISSUER),
        softwareId: get(FLOOR_SOFTWARE),
        issuedAt,
        because: get(REASON),
      };
      return settle(deps, await registrar.raiseFloor(wanted), (row) => {
        if (get(JSON_FLAG)) printJson(deps, { software_id: row.softwareId, floor: row.floorIssuedAt });
        else
          printer(deps.stdout, deps.environment).line(
            `Statements about ${row.softwareId} issued before ${instant(row.floorIssuedAt)} are refused.`,
          );
      });
    }),
};

export const registrarClientCommands: readonly CommandDefinition[] = [list, show, end, raiseFloor];
