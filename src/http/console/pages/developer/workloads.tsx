import { err, ok, type Result } from '../../../../domain/result.ts';
import type { Workload } from '../../../../domain/workload/workload.ts';
import { listInitialAccessTokens } from '../../../../services/exchange/initial-access-tokens.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { readSoftware } from '../../../../services/software.ts';
import { bindWorkload, endWorkload, listWorkloads } from '../../../../services/workloads/bindings.ts';
import { Confirm } from '../../components/confirm.tsx';
import {
  Actions,
  Button,
  ButtonLink,
  Checkbox,
  Field,
  Form,
  Hidden,
  TextArea,
} from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { Notice, PageHeader, Pager, Section } from '../../components/parts.tsx';
import { Name } from '../../components/text.tsx';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { pageAfter, paged } from '../operator/paging.ts';
import {
  InitialAccessTokenForm,
  initialAccessTokenPages,
  type TokenFormErrors,
} from './initial-access-tokens.tsx';
import { problemAt } from './problem-at.ts';
import { KINDS, kindOf, rulesOf, type RuleField } from './workload-fields.ts';
import { InitialAccessTokensTable, SnippetsSection, WorkloadsSection } from './workloads-view.tsx';

const PATH = '/console/software/{software_id}/workloads';
const MAX_LABEL_CHARACTERS = 100;
const softwareOf = ({ params }: SignedInCall) => params['software_id'] ?? '';
const placeOf = (call: SignedInCall) => `/console/software/${softwareOf(call)}`;

/** What gets statements of a software by itself: bound, let go, and given tokens that are good once. */
export const workloadPages = [
  page({ method: 'GET', path: PATH, who: 'workloads:read', handle: (call) => view(call) }),
  page({ method: 'GET', path: `${PATH}/bind`, who: 'workloads:write', handle: (call) => bindForm(call) }),
  page({
    method: 'POST',
    path: PATH,
    who: 'workloads:write',
    handle: async (call) => {
      const { issuer, visitor, form } = call;
      const label = form.text('label');
      const kind = kindOf(form.text('kind'));
      if (label === '' || label.length > MAX_LABEL_CHARACTERS) return bindForm(call, undefined, true);
      const command = { label, rules: rulesOf(kind, form), mayFile: form.has('may_file') };
      const bound = await bindWorkload(issuer, visitor.actor, softwareOf(call), command);
      if (bound.ok) return go(`${placeOf(call)}/workloads`, 'workload_bound');
      return bound.error.code === 'invalid_input' ? bindForm(call, bound.error) : bound;
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/{workload_id}/end`,
    who: 'workloads:write',
    handle: async (call) => {
      const found = await workloadOf(call);
      if (!found.ok) return found;
      const back = `${placeOf(call)}/workloads`;
      return show({
        title: 'Let a workload go',
        body: (
          <Confirm
            title={
              <>
                Let <Name>{found.value.label}</Name> go
              </>
            }
            above={{ href: back, label: 'Workloads' }}
            effect="It gets no statement from now on. Those it got stand until they expire or are revoked."
            action={`${back}/${found.value.id}/end`}
            button="Let it go"
            cancel={back}
          />
        ),
      });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/{workload_id}/end`,
    who: 'workloads:write',
    handle: async (call) => {
      const { issuer, visitor, params } = call;
      const ended = await endWorkload(issuer, visitor.actor, softwareOf(call), params['workload_id'] ?? '');
      return ended.ok ? go(`${placeOf(call)}/workloads`, 'workload_ended') : ended;
    },
  }),
  ...initialAccessTokenPages((call, errors) => view(call, errors)),
];

async function workloadOf(call: SignedInCall): Promise<Result<Workload, Refusal>> {
  const { issuer, visitor, params } = call;
  const id = params['workload_id'] ?? '';
  const found = await listWorkloads(issuer, visitor.actor, softwareOf(call));
  if (!found.ok) return found;
  const workload = found.value.find((each) => each.id === id);
  return workload === undefined ? err({ code: 'not_found', what: 'workload', id }) : ok(workload);
}

async function view(call: SignedInCall, errors?: TokenFormErrors): Promise<Result<PageReply, Refusal>> {
  const { issuer, visitor, query } = call;
  const { actor } = visitor;
  const id = softwareOf(call);
  const [standing, workloads, tokens] = await Promise.all([
    readSoftware(issuer, actor, id),
    listWorkloads(issuer, actor, id),
    listInitialAccessTokens(issuer, actor, id, pageAfter(query)),
  ]);
  if (!standing.ok) return standing;
  if (!workloads.ok) return workloads;
  if (!tokens.ok) return tokens;
  const { software } = standing.value;
  const { rows, next } = paged(tokens.value, (token) => token.id);
  const place = placeOf(call);
  const mayWrite = actor.publisherIds.includes(software.publisherId);
  return show({
    title: 'Workloads',
    ...(errors === undefined ? {} : { status: 422 }),
    body: (
      <>
        <PageHeader
          title="Workloads"
          above={{ href: place, label: <Name>{software.name}</Name> }}
          lead="What gets statements of this software by itself, for what reviewers approved."
        />
        <WorkloadsSection place={place} workloads={workloads.value} mayWrite={mayWrite} />
        {mayWrite ? <SnippetsSection issuer={issuer.identifier} softwareId={id} /> : null}
        <Section
          title="Initial access tokens"
          id="tokens"
          lead="Each is good for one statement. For a first one, or where no platform vouches for the job."
        >
          <InitialAccessTokensTable place={place} tokens={rows} mayWrite={mayWrite} />
          <Pager path={`${place}/workloads`} query={query} next={next} />
        </Section>
        {mayWrite ? <InitialAccessTokenForm place={place} form={call.form} errors={errors ?? {}} /> : null}
      </>
    ),
  });
}

async function bindForm(
  call: SignedInCall,
  refusal?: Refusal,
  isLabelWrong = false,
): Promise<Result<PageReply, Refusal>> {
  const { issuer, visitor, form, query } = call;
  const standing = await readSoftware(issuer, visitor.actor, softwareOf(call));
  if (!standing.ok) return standing;
  const kind = kindOf(form.has('kind') ? form.text('kind') : query.get('kind'));
  const { title, lead, fields } = KINDS[kind];
  const place = `${placeOf(call)}/workloads`;
  const general =
    problemAt(refusal, '') !== undefined &&
    fields.every(({ name }) => problemAt(refusal, `/rules/${name}`) === undefined);
  return show({
    title: `Bind ${title}`,
    ...(refusal === undefined && !isLabelWrong ? {} : { status: 422 }),
    body: (
      <>
        <PageHeader title={`Bind ${title}`} above={{ href: place, label: 'Workloads' }} lead={lead} />
        {refusal === undefined && !isLabelWrong ? null : (
          <Notice tone="bad" alert title="It is not bound yet.">
            {general ? problemAt(refusal, '') : 'See what stands at the fields.'}
          </Notice>
        )}
        <Form action={place} label={`Bind ${title}`}>
          <Hidden name="kind" value={kind} />
          <Field
            name="label"
            label="What it is"
            required
            maxlength={MAX_LABEL_CHARACTERS}
            value={form.raw('label')}
            error={
              isLabelWrong ? `Say what it is, in at most ${MAX_LABEL_CHARACTERS} characters.` : undefined
            }
            placeholder="Release workflow"
          />
          {fields.map((field) => (
            <RuleInput field={field} call={call} error={problemAt(refusal, `/rules/${field.name}`)} />
          ))}
          <Checkbox
            name="may_file"
            value="yes"
            label="It may file submissions"
            help="For a new version, which reviewers then look at. Otherwise it only gets what is approved."
            checked={form.has('may_file')}
          />
          <Actions>
            <Button>Bind it</Button>
            <ButtonLink href={place} look="quiet">
              Cancel
            </ButtonLink>
          </Actions>
        </Form>
        <p class="note">
          Whose word about workloads counts is decided by operators: <A href="/console/policy">the policy</A>.
        </p>
      </>
    ),
  });
}

function RuleInput(props: {
  readonly field: RuleField;
  readonly call: SignedInCall;
  readonly error: string | undefined;
}) {
  const { field, call, error } = props;
  const { name, label, help, placeholder, required } = field;
  const value = call.form.raw(name);
  switch (field.kind) {
    case 'flag':
      return <Checkbox name={name} value="yes" label={label} help={help} checked={call.form.has(name)} />;
    case 'claims':
      return (
        <TextArea name={name} label={label} required code rows={4} value={value} error={error} help={help} />
      );
    case 'line':
      return (
        <Field
          name={name}
          label={label}
          required={required}
          maxlength={500}
          value={value}
          error={error}
          help={help}
          placeholder={placeholder}
        />
      );
  }
}
