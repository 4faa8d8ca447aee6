import { denialOf } from '../../../../domain/access.ts';
import type { DocumentReference } from '../../../../domain/client-identifier.ts';
import type { IssuerPolicy } from '../../../../domain/policy.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';
import { profileProblem } from '../../../../domain/statement/profiles/profile.ts';
import { PROFILES, type Profile } from '../../../../domain/statement/statement.ts';
import type { SoftwareStanding } from '../../../../ports.ts';
import { approvedDocument, type DocumentStanding } from '../../../../services/documents/standing.ts';
import { issueStatement } from '../../../../services/issue.ts';
import { readPolicy } from '../../../../services/policies.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { readSoftware } from '../../../../services/software.ts';
import { problemDetail } from '../../../problem.ts';
import {
  Actions,
  Button,
  ButtonLink,
  Checkbox,
  Choices,
  Field,
  Form,
  Group,
  TextArea,
} from '../../components/form.tsx';
import { A } from '../../components/here.tsx';
import { DriftNotice } from '../../components/metadata-document.tsx';
import { Notice, PageHeader } from '../../components/parts.tsx';
import { Code, Name } from '../../components/text.tsx';
import type { Form as SentForm } from '../../form.ts';
import { go, page, type PageReply, type SignedInCall } from '../../page.ts';
import { ConditionsNote } from './conditions-note.tsx';
import { daysIn, lifetimeOf } from './lifetime.ts';

const PATH = '/console/software/{software_id}/issue';

/** What is wrong with what was written, by field. */
type Errors = { readonly profile?: string; readonly audience?: string; readonly lifetime?: string };

export const issuePages = [
  page({ method: 'GET', path: PATH, who: 'statements:issue', handle: (call) => form(call) }),
  page({
    method: 'POST',
    path: PATH,
    who: 'statements:issue',
    handle: async (call) => {
      const { issuer, visitor, params, form: sent } = call;
      const lifetime = lifetimeOf(sent);
      if (!lifetime.ok) return form(call, { lifetime: lifetime.error });
      const issued = await issueStatement(issuer, visitor.actor, params['software_id'] ?? '', {
        audience: audienceOf(call),
        lifetimeSeconds: lifetime.value,
        profile: profileIn(sent),
      });
      if (issued.ok) return go(`/console/statements/${issued.value.statement.jti}`, 'statement_issued');
      const detail = problemDetail(issued.error, issuer.identifier);
      if (issued.error.code === 'profile_not_available') return form(call, { profile: detail });
      if (issued.error.code === 'audience_not_allowed') return form(call, { audience: detail });
      return issued.error.code === 'lifetime_not_allowed' ? form(call, { lifetime: detail }) : issued;
    },
  }),
];

/** The shape that was chosen; none where there was nothing to choose. */
function profileIn(sent: SentForm): Profile | undefined {
  const chosen = sent.text('profile');
  return PROFILES.find((profile) => profile === chosen);
}

/** Boxes that were ticked, or lines that were written. */
function audienceOf({ form: sent }: SignedInCall): readonly string[] {
  return sent.has('audiences') ? sent.lines('audiences') : sent.all('audience');
}

async function form(call: SignedInCall, errors: Errors = {}): Promise<Result<PageReply, Refusal>> {
  const { issuer, visitor, params } = call;
  const [standing, policy] = await Promise.all([
    readSoftware(issuer, visitor.actor, params['software_id'] ?? ''),
    readPolicy(issuer, visitor.actor),
  ]);
  if (!standing.ok) return standing;
  if (!policy.ok) return policy;
  const document = await approvedDocument(issuer, standing.value);
  const denial = denialOf(visitor.actor, 'statements:issue', standing.value.software.publisherId);
  if (denial !== undefined) return err(denial);
  const hasErrors = Object.keys(errors).length > 0;
  return ok({
    kind: 'page',
    title: `Issue a statement for ${standing.value.software.name}`,
    ...(hasErrors ? { status: 422 } : {}),
    body: (
      <IssueView
        standing={standing.value}
        policy={policy.value}
        call={call}
        errors={errors}
        document={document}
      />
    ),
  });
}

function IssueView(props: {
  readonly standing: SoftwareStanding;
  readonly policy: IssuerPolicy;
  readonly call: SignedInCall;
  readonly errors: Errors;
  readonly document: DocumentStanding | undefined;
}) {
  const { standing, policy, call, errors } = props;
  const { software, publisher, approved } = standing;
  const place = `/console/software/${software.id}`;
  const header = (
    <PageHeader
      title="Issue a statement"
      above={{ href: place, label: <Name>{software.name}</Name> }}
      {...(approved === undefined
        ? {}
        : { lead: `Signed over version ${approved.softwareVersion}, exactly as it was approved.` })}
    />
  );
  if (approved === undefined || software.state !== 'active' || publisher.state !== 'active')
    return (
      <>
        {header}
        <Notice tone="waiting" title="Nothing can be issued now.">
          {approved === undefined ? (
            <p>
              No version of this software is approved. <A href={`${place}/submit`}>Submit one for review</A>.
            </p>
          ) : (
            <p>The software or its publisher is suspended. An operator can lift that.</p>
          )}
        </Notice>
      </>
    );
  const { maxLifetimeSeconds, defaultLifetimeSeconds } = policy.statement;
  const max = Math.min(maxLifetimeSeconds, approved.conditions?.maxLifetimeSeconds ?? maxLifetimeSeconds);
  return (
    <>
      {header}
      <ConditionsNote conditions={approved.conditions} />
      <DriftNotice standing={props.document} />
      <Form action={`${place}/issue`}>
        <ProfileChoice
          document={approved.document}
          trustDomain={call.issuer.trustDomain}
          identifier={call.issuer.identifier}
          chosen={profileIn(call.form)}
          error={errors.profile}
        />
        <Audience
          call={call}
          errors={errors}
          choices={choicesOf(policy, standing)}
          isCondition={approved.conditions?.audience !== undefined}
        />
        <Field
          name="lifetime_days"
          label="Lifetime, in days"
          type="number"
          min={1}
          value={call.form.raw('lifetime_days')}
          error={errors.lifetime}
          help={`At most ${daysIn(max)}; empty for ${daysIn(Math.min(defaultLifetimeSeconds, max))}. A short one is renewed more often, and what is wrong in it is gone sooner.`}
        />
        <Actions>
          <Button>Issue it</Button>
          <ButtonLink href={place} look="quiet">
            Cancel
          </ButtonLink>
        </Actions>
      </Form>
    </>
  );
}

const SHAPES: Readonly<Record<Profile, { readonly label: string; readonly help: string }>> = {
  rfc7591: {
    label: 'With the metadata in it',
    help: 'Every authorization server that knows software statements takes it (RFC 7591 §2.3).',
  },
  cimd: {
    label: 'About the document, by its digest',
    help: 'For servers that know clients by their metadata document: they fetch it and take the metadata from there (draft-mcguinness-oauth-cimd-sw-stmt).',
  },
  'vc+jwt': {
    label: 'As a Verifiable Credential',
    help: 'For servers that read W3C credentials and know this issuer by its did:web (Verifiable Credentials Data Model 2.0).',
  },
  'jwt-svid': {
    label: 'As a JWT-SVID',
    help: 'For servers that trust this issuer’s SPIFFE trust domain. Name one audience, the URL of its registration endpoint; it lasts an hour at most, so leave the lifetime empty.',
  },
};

/** The shapes there are to choose from; nothing where there is one. */
function ProfileChoice(props: {
  readonly document: DocumentReference | null;
  readonly trustDomain: string | undefined;
  readonly identifier: string;
  readonly chosen: Profile | undefined;
  readonly error: string | undefined;
}) {
  const offered = PROFILES.filter((profile) => profileProblem(profile, props) === undefined);
  if (offered.length < 2) return null;
  return (
    <Choices
      name="profile"
      legend="Its shape"
      value={props.chosen ?? 'rfc7591'}
      error={props.error}
      options={offered.map((profile) => ({ value: profile, ...SHAPES[profile] }))}
    />
  );
}

/** The servers there are to choose from; undefined when any may be named. */
function choicesOf(policy: IssuerPolicy, { approved }: SoftwareStanding): readonly string[] | undefined {
  const { audiences } = policy.statement;
  return approved?.conditions?.audience ?? (audiences === 'any' ? undefined : audiences);
}

function Audience(props: {
  readonly call: SignedInCall;
  readonly errors: Errors;
  readonly choices: readonly string[] | undefined;
  /** Whether the approval names them, so that a statement names some of them in any case. */
  readonly isCondition: boolean;
}) {
  const { call, errors, choices, isCondition } = props;
  if (choices === undefined)
    return (
      <TextArea
        name="audiences"
        label="Authorization servers"
        code
        rows={3}
        value={call.form.raw('audiences')}
        error={errors.audience}
        placeholder="https://as.example"
        help="Their issuer identifiers, one a line (RFC 8414 §2). Empty for any server that trusts this issuer; named ones make a lost statement worth less."
      />
    );
  const ticked = call.form.all('audience');
  return (
    <Group
      legend="Authorization servers"
      help={isCondition ? 'Tick none for all of these.' : 'Tick none and it is for any server.'}
    >
      {errors.audience === undefined ? null : <p class="error">{errors.audience}</p>}
      {choices.map((server) => (
        <Checkbox
          name="audience"
          value={server}
          label={<Code>{server}</Code>}
          checked={ticked.includes(server)}
        />
      ))}
    </Group>
  );
}
