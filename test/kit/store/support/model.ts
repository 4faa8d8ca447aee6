import * as fc from 'fast-check';
import { sealLog } from '../../../../src/domain/ledger/seal.ts';
import type {
  AuditEntry,
  RegistrationChange,
  RegistrationStore,
} from '../../../../src/kit/registration/ports.ts';
import { contentsOf } from './contents.ts';
import { entry, governing, initialAccessToken, ISSUER, NOW, registration, software } from './rows.ts';
import { sealing } from './sealing.ts';

/** A change as it is drawn: its row's version is given in relation to what the model holds when it is made. */
type DrawnChange = {
  readonly verb: 'insert' | 'replace';
  readonly kind: 'registration' | 'software' | 'initialAccessToken';
  readonly key: number;
  readonly offset: number;
  readonly value: number;
};
type DrawnCommit = { readonly entries: readonly number[]; readonly changes: readonly DrawnChange[] };

export type Step =
  | { readonly step: 'commits'; readonly commits: readonly DrawnCommit[] }
  | { readonly step: 'again' }
  | { readonly step: 'touch'; readonly key: number; readonly at: number }
  | { readonly step: 'seal' };

const change: fc.Arbitrary<DrawnChange> = fc.record({
  verb: fc.constantFrom('insert', 'replace', 'replace'),
  kind: fc.constantFrom('registration', 'software', 'initialAccessToken'),
  key: fc.nat(3),
  offset: fc.constantFrom(0, 0, 0, 0, -1, 1),
  value: fc.nat(9),
});
const commit: fc.Arbitrary<DrawnCommit> = fc.record({
  entries: fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }),
  changes: fc.array(change, { maxLength: 4 }),
});

/** Sequences of what a store can be asked for. Keys are few, so that steps get in each other's way. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        step: fc.constant('commits' as const),
        commits: fc.array(commit, { minLength: 1, maxLength: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('again' as const) }) },
    {
      weight: 1,
      arbitrary: fc.record({ step: fc.constant('touch' as const), key: fc.nat(4), at: fc.nat(100) }),
    },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('seal' as const) }) },
  ),
  { minLength: 1, maxLength: 30 },
);

type Commit = Parameters<RegistrationStore['commit']>;

/** Takes every step on both stores at once. Gives what each said and holds in the end. */
export async function runBoth(model: RegistrationStore, real: RegistrationStore, taken: readonly Step[]) {
  const said: { readonly model: unknown[]; readonly real: unknown[] } = { model: [], real: [] };
  let latest: readonly Commit[] = [];
  for (const step of taken) {
    if (step.step === 'commits') {
      const { commits } = step;
      latest = await Promise.all(commits.map((drawn) => commitOf(model, drawn, commits.length === 1)));
    }
    for (const [store, answers] of [
      [model, said.model],
      [real, said.real],
    ] as const)
      answers.push(await take(store, step, latest));
  }
  return {
    model: { said: said.model, holds: await everything(model) },
    real: { said: said.real, holds: await everything(real) },
  };
}

async function take(store: RegistrationStore, step: Step, commits: readonly Commit[]): Promise<unknown> {
  switch (step.step) {
    case 'commits':
    case 'again':
      return Promise.all(commits.map((given) => store.commit(...given)));
    case 'touch':
      return store.touch(`client-${step.key}`, NOW + step.at);
    case 'seal':
      return sealLog(store, sealing);
  }
}

/** @param alone whether its entries may be drawn again: among commits at once nobody could say whose an entry is */
async function commitOf(
  model: RegistrationStore,
  { entries, changes }: DrawnCommit,
  alone: boolean,
): Promise<Commit> {
  const [first = 0, ...others] = entries.map((number) => (alone && number < 4 ? number : 9));
  return [
    [numbered(first), ...others.map(numbered)],
    await Promise.all(changes.map((drawn) => changeOf(model, drawn))),
  ];
}

function numbered(number: number): AuditEntry {
  return number < 4 ? entry({ id: `again-${number}` }) : entry();
}

async function changeOf(model: RegistrationStore, drawn: DrawnChange): Promise<RegistrationChange> {
  const { verb, kind, key, value, offset } = drawn;
  const versionAfter = (known: { readonly version: number } | undefined) =>
    (known?.version ?? 0) + 1 + (verb === 'replace' ? offset : 0);
  switch (kind) {
    case 'registration': {
      const clientId = `client-${key}`;
      const row = registration(clientId, {
        version: versionAfter(await model.registration(clientId)),
        metadata: { value },
        clientClass: `class-${value % 3}`,
        governing: value % 2 === 0 ? null : governing({ softwareId: `software-${value}` }),
        ...(value % 5 === 0 ? { state: 'ended', endReason: 'deleted' } : {}),
      });
      return verb === 'insert' ? { insert: kind, row } : { replace: kind, row };
    }
    case 'software': {
      const id = `software-${key}`;
      const version = versionAfter(await model.software(ISSUER, id));
      const row = software(id, { version, registrations: value });
      return verb === 'insert' ? { insert: kind, row } : { replace: kind, row };
    }
    case 'initialAccessToken': {
      const id = `token-${key}`;
      const version = versionAfter(await model.initialAccessToken(id));
      const row = initialAccessToken(id, { version, uses: value, maxUses: 9 });
      return verb === 'insert' ? { insert: kind, row } : { replace: kind, row };
    }
  }
}

async function everything(store: RegistrationStore) {
  const keys = [0, 1, 2, 3];
  return {
    ...(await contentsOf(store)),
    named: await Promise.all(
      keys.map(async (key) => [
        await store.registration(`client-${key}`),
        await store.software(ISSUER, `software-${key}`),
        await store.initialAccessToken(`token-${key}`),
        await store.registrations({ clientClass: `class-${key}`, state: 'active' }, 'client-0', 2),
        await store.registrations({ softwareId: `software-${key}` }, undefined, 10),
      ]),
    ),
    leaves: Array.from((await store.tile(0, 0)) ?? []),
  };
}
