import { z } from 'zod';
import { differences, type ValueChange } from '../../../../domain/ledger/ledger-fact.ts';
import type { IssuerPolicy } from '../../../../domain/policy.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';
import { changePolicy, readPolicy } from '../../../../services/policies.ts';
import { policyChangesSince, type PolicyChanges } from '../../../../services/policy-history.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { policyOf, policySettings, policyShape } from '../../../api/policy.ts';
import { A } from '../../components/here.tsx';
import { Actions, Button, ButtonLink, Form, Hidden } from '../../components/form.tsx';
import { Facts, Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Name, Time } from '../../components/text.tsx';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { Changes } from './changes.tsx';
import { HiddenPolicy, PolicyForm } from './policy-form.tsx';
import { POLICY_GROUPS, POLICY_SETTINGS, policyLabel } from './policy-settings.ts';
import {
  policyOfText,
  policyWords,
  settingWords,
  textOfForm,
  textOfPolicy,
  valueAt,
  type PolicyText,
} from './policy-text.ts';
import { problemsOf, problemsOfRefusal, type FieldProblems } from './problems.ts';

const schema = z.strictObject(policyShape);
const FIELDS = POLICY_SETTINGS.map(({ path }) => path);

export const policyPages = [
  page({
    method: 'GET',
    path: '/console/policy',
    who: 'policy:read',
    handle: async ({ issuer, visitor }) => {
      const policy = await readPolicy(issuer, visitor.actor);
      return policy.ok
        ? show({
            title: 'Policy',
            body: (
              <PolicyView
                policy={policy.value}
                mayWrite={mayOpen(visitor.actor, 'policy:write')}
                mayReadLedger={mayOpen(visitor.actor, 'ledger:read')}
              />
            ),
          })
        : policy;
    },
  }),
  page({
    method: 'GET',
    path: '/console/policy/edit',
    who: 'policy:write',
    handle: async ({ issuer, visitor }) => {
      const policy = await readPolicy(issuer, visitor.actor);
      return policy.ok ? edit(policy.value, textOfPolicy(policySettings(policy.value)), {}) : policy;
    },
  }),
  page({
    method: 'POST',
    path: '/console/policy',
    who: 'policy:write',
    handle: (call) => save(call),
  }),
];

/** Reads the form, shows what would change, and saves what was confirmed; when somebody was faster, shows that. */
async function save(call: SignedInCall): Promise<Result<PageReply, Refusal>> {
  const { issuer, visitor, form } = call;
  const current = await readPolicy(issuer, visitor.actor);
  if (!current.ok) return current;
  const text = textOfForm(form);
  const seen = Number(form.text('version'));
  if (form.has('back')) return edit(current.value, text, {});
  const wanted = policyIn(text);
  if (!wanted.ok) return edit(current.value, text, wanted.error);
  if (seen !== current.value.version) return overtaken(call, current.value, text, seen);
  const changes = differences([], policySettings(current.value), policySettings(wanted.value));
  if (changes.length === 0)
    return edit(current.value, text, { '': 'Nothing differs from the policy in force.' });
  if (!form.has('confirmed')) return confirm(current.value, text, changes);
  const changed = await changePolicy(issuer, visitor.actor, { policy: wanted.value, expectedVersion: seen });
  if (changed.ok) return go('/console/policy', 'policy_changed');
  if (changed.error.code === 'version_mismatch') {
    const newer = await readPolicy(issuer, visitor.actor);
    return newer.ok ? overtaken(call, newer.value, text, seen) : newer;
  }
  const problems = problemsOfRefusal(changed.error, FIELDS);
  return problems === undefined ? changed : edit(current.value, text, problems);
}

function policyIn(text: PolicyText): Result<Omit<IssuerPolicy, 'version'>, FieldProblems> {
  const body = policyOfText(text);
  if (!body.ok) return body;
  const parsed = schema.safeParse(body.value);
  return parsed.success ? ok(policyOf(parsed.data)) : err(problemsOf(parsed.error, FIELDS));
}

function PolicyView(props: {
  readonly policy: IssuerPolicy;
  readonly mayWrite: boolean;
  readonly mayReadLedger: boolean;
}) {
  const { policy, mayWrite, mayReadLedger } = props;
  const body = policySettings(policy);
  return (
    <>
      <PageHeader
        title="Policy"
        lead={
          <>
            What holds for everybody here. Version {policy.version}
            {mayReadLedger ? (
              <>
                , <A href="/console/ledger?kind=policy.changed">every change in the ledger</A>
              </>
            ) : null}
            .
          </>
        }
        actions={
          mayWrite ? <ButtonLink href="/console/policy/edit">Change the policy</ButtonLink> : undefined
        }
      />
      {POLICY_GROUPS.map(({ title, lead, settings }) => (
        <Section title={title} lead={lead}>
          <Facts
            facts={settings.map((setting) => {
              const words = settingWords(setting, valueAt(body, setting.path));
              return {
                name: setting.label,
                value:
                  words.length === 0 ? <span class="none">none</span> : words.map((line) => <p>{line}</p>),
                note: setting.help,
              };
            })}
          />
        </Section>
      ))}
    </>
  );
}

function edit(policy: IssuerPolicy, text: PolicyText, problems: FieldProblems): Result<PageReply, never> {
  const count = Object.keys(problems).length;
  return show({
    title: 'Change the policy',
    ...(count === 0 ? {} : { status: 422 }),
    body: (
      <>
        <PageHeader
          title="Change the policy"
          above={{ href: '/console/policy', label: 'Policy' }}
          lead="You see what changes before anything is saved."
        />
        {count === 0 ? null : (
          <Notice tone="bad" alert title={problems[''] ?? 'Something cannot stand as it is.'}>
            <ul>
              {Object.entries(problems)
                .filter(([field]) => field !== '')
                .map(([field, problem]) => (
                  <li>
                    <a href={`#${fieldId(field)}`}>{policyLabel(field) ?? field}</a>: {problem}
                  </li>
                ))}
            </ul>
          </Notice>
        )}
        <PolicyForm text={text} problems={problems} version={policy.version} />
      </>
    ),
  });
}

function confirm(
  policy: IssuerPolicy,
  text: PolicyText,
  changes: readonly ValueChange[],
): Result<PageReply, never> {
  return show({
    title: 'What changes',
    body: (
      <>
        <PageHeader
          title="What changes"
          above={{ href: '/console/policy', label: 'Policy' }}
          lead="Nothing is saved yet."
        />
        <Section title="Before and after">
          <Changes changes={changes} labelOf={policyLabel} wordsOf={policyWords} />
        </Section>
        <Form action="/console/policy" label="Put the policy in force">
          <Hidden name="version" value={String(policy.version)} />
          <HiddenPolicy text={text} />
          <Actions>
            <Button name="confirmed" value="yes">
              Put it in force
            </Button>
            <Button look="quiet" name="back" value="yes">
              Back to the form
            </Button>
          </Actions>
        </Form>
      </>
    ),
  });
}

/** Somebody else changed the policy after the reader saw it: what they changed, and what the reader typed. */
async function overtaken(
  { issuer, visitor }: SignedInCall,
  policy: IssuerPolicy,
  text: PolicyText,
  seen: number,
): Promise<Result<PageReply, Refusal>> {
  const since = await policyChangesSince(issuer, visitor.actor, seen);
  return since.ok
    ? show({
        title: 'The policy was changed meanwhile',
        status: 412,
        body: <Overtaken policy={policy} text={text} since={since.value} />,
      })
    : since;
}

function Overtaken(props: {
  readonly policy: IssuerPolicy;
  readonly text: PolicyText;
  readonly since: PolicyChanges;
}) {
  const { policy, text, since } = props;
  return (
    <>
      <PageHeader
        title="The policy was changed meanwhile"
        above={{ href: '/console/policy', label: 'Policy' }}
      />
      <Notice tone="bad" alert title="Nothing of yours was saved.">
        {since.last === undefined ? null : (
          <p>
            <Name>{since.last.name}</Name> changed the policy <Time at={since.last.at} />. Look at what they
            changed, then go on with what you typed, or begin again.
          </p>
        )}
      </Notice>
      <Section title="What was changed by others">
        {since.changes.length === 0 ? (
          <p class="none">Nothing differs from what you saw.</p>
        ) : (
          <Changes changes={since.changes} labelOf={policyLabel} wordsOf={policyWords} />
        )}
      </Section>
      <Form action="/console/policy" label="Go on">
        <Hidden name="version" value={String(policy.version)} />
        <HiddenPolicy text={text} />
        <Actions>
          <Button>See what mine would change now</Button>
          <ButtonLink href="/console/policy/edit" look="quiet">
            Begin again
          </ButtonLink>
        </Actions>
      </Form>
    </>
  );
}

/** Where a setting stands in the form: one to choose begins with its first choice. */
function fieldId(path: string): string {
  const setting = POLICY_SETTINGS.find((known) => known.path === path);
  return setting?.kind === 'choice' ? `${path}-${setting.options[0]?.value ?? ''}` : path;
}
