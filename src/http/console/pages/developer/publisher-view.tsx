import {
  domainProof,
  NEVER,
  proofFileUrl,
  proofRecordName,
  type DomainClaim,
} from '../../../../domain/domain-claim.ts';
import type { Publisher } from '../../../../domain/publisher.ts';
import { isInForce, type PublisherDomains } from '../../../../services/domains/list.ts';
import type { Member } from '../../../../services/members.ts';
import { Actions, Button, ButtonLink, Field, Form } from '../../components/form.tsx';
import { CopyBlock, Empty, Notice, PageHeader, Section, Table } from '../../components/parts.tsx';
import { Badge, Code, counted, Name, State, Time } from '../../components/text.tsx';

type View = {
  readonly publisher: Publisher;
  readonly members: readonly Member[];
  readonly domains: PublisherDomains;
  /** Whether the reader may claim, check and release. */
  readonly mayChange: boolean;
  readonly isDeveloper: boolean;
  readonly typed: { readonly domain: string; readonly error: string } | undefined;
};

export function PublisherView({ publisher, members, domains, mayChange, isDeveloper, typed }: View) {
  return (
    <>
      <PageHeader
        title={<Name>{publisher.name}</Name>}
        badge={<State state={publisher.state} />}
        lead="Who answers for this software, and the domains that are shown to be theirs."
        {...(isDeveloper ? { above: { href: '/console/software', label: 'Software' } } : {})}
      />
      {publisher.state === 'active' ? null : (
        <Notice tone="bad" title={`This publisher is ${publisher.state}.`}>
          {publisher.stateReason === null ? null : <p>{publisher.stateReason}</p>}
          {publisher.state === 'suspended'
            ? 'Its statements read SUSPENDED until an operator lifts it.'
            : 'Its statements read INVALID, and nothing lifts that.'}
        </Notice>
      )}
      <DomainsSection publisher={publisher} domains={domains} mayChange={mayChange} typed={typed} />
      <MembersSection members={members} />
      {publisher.allowedScopes === null ? null : (
        <Section
          title="Scopes"
          lead="What its software may ask for, as an operator has decided. A submission that asks for more is refused."
        >
          <p>
            {publisher.allowedScopes.length === 0
              ? 'None.'
              : publisher.allowedScopes.map((scope) => (
                  <>
                    <Code>{scope}</Code>{' '}
                  </>
                ))}
          </p>
        </Section>
      )}
    </>
  );
}

function DomainsSection({
  publisher,
  domains,
  mayChange,
  typed,
}: Pick<View, 'publisher' | 'domains' | 'mayChange' | 'typed'>) {
  const { claims, byOperator } = domains;
  const place = `/console/publishers/${publisher.id}/domains`;
  return (
    <Section
      title="Domains"
      id="domains"
      lead="Redirect and web addresses below a verified domain are shown to reviewers, and to anybody in the catalogue, as this publisher’s own. Others are marked."
    >
      {claims.length === 0 && byOperator.length === 0 ? (
        <Empty title="No domain yet">
          <p>
            {mayChange
              ? 'Claim the domain your software redirects to; you are then told what to publish there.'
              : 'Its developers can claim one.'}
          </p>
        </Empty>
      ) : null}
      {claims.map((claim) => (
        <Claim claim={claim} publisher={publisher} mayChange={mayChange} />
      ))}
      {byOperator.map((domain) => (
        <article class="domain">
          <div class="title">
            <h3>
              <Code>{domain}</Code>
            </h3>
            <Badge tone="good">verified</Badge>
          </div>
          <p class="note">An operator checked it and wrote it down.</p>
        </article>
      ))}
      {mayChange ? (
        <Form action={place} class="form inline" label="Claim a domain">
          <Field
            name="domain"
            label="Domain"
            required
            value={typed?.domain}
            error={typed?.error}
            placeholder="app.example"
            maxlength={300}
          />
          <Button look="quiet">Claim it</Button>
        </Form>
      ) : null}
    </Section>
  );
}

function Claim({
  claim,
  publisher,
  mayChange,
}: { readonly claim: DomainClaim } & Pick<View, 'publisher' | 'mayChange'>) {
  const place = `/console/publishers/${publisher.id}/domains/${claim.id}`;
  const isStruckOff = claim.state === 'verified' && !isInForce(claim, publisher.verifiedDomains);
  return (
    <article class="domain">
      <div class="title">
        <h3>
          <Code>{claim.domain}</Code>
        </h3>
        <State state={claim.state} />
      </div>
      {isStruckOff ? (
        <Notice tone="waiting">
          An operator has struck it off the publisher’s domains although its proof stands. Ask them.
        </Notice>
      ) : null}
      <Standing claim={claim} />
      {claim.state === 'verified' && claim.failingSince === null ? null : <Instructions claim={claim} />}
      {mayChange ? (
        <Actions>
          <Form action={`${place}/check`} class="form inline" label={`Check ${claim.domain}`}>
            <Button look="quiet">Check now</Button>
          </Form>
          <ButtonLink href={`${place}/release`} look="quiet">
            Give it up
          </ButtonLink>
        </Actions>
      ) : null}
    </article>
  );
}

function Standing({ claim }: { readonly claim: DomainClaim }) {
  const { state, method, verifiedAt, checkedAt, failingSince, detail, nextCheckAt } = claim;
  return (
    <>
      {state === 'verified' && verifiedAt !== null ? (
        <p class="note">
          Shown by {method === 'file' ? 'a file' : 'a TXT record'} <Time at={verifiedAt} />, and looked at
          again every day.
        </p>
      ) : null}
      {detail === null ? null : (
        <Notice tone={state === 'pending' ? 'waiting' : 'bad'}>
          <p>{detail}</p>
          {failingSince === null || state !== 'verified' ? null : (
            <p>
              The proof has been missing since <Time at={failingSince} exact />. After seven days the domain
              is lost.
            </p>
          )}
        </Notice>
      )}
      {checkedAt === null ? null : (
        <p class="note">
          Looked at <Time at={checkedAt} />
          {nextCheckAt === NEVER ? (
            '; from now on only when you ask'
          ) : (
            <>
              , again <Time at={nextCheckAt} />
            </>
          )}
          .
        </p>
      )}
    </>
  );
}

function Instructions({ claim }: { readonly claim: DomainClaim }) {
  return (
    <>
      <p>Publish one of these two, then check.</p>
      <h4>A TXT record</h4>
      <CopyBlock
        label={`TXT record for ${claim.domain}`}
        text={`${proofRecordName(claim.domain)}. IN TXT "${domainProof(claim)}"`}
      />
      <h4>
        Or a file, served as <Code>text/plain</Code> at <Code>{proofFileUrl(claim.domain)}</Code>
      </h4>
      <CopyBlock label={`Content of the file on ${claim.domain}`} text={domainProof(claim)} />
    </>
  );
}

function MembersSection({ members }: Pick<View, 'members'>) {
  return (
    <Section
      title="Members"
      id="members"
      lead="They register software, submit metadata and issue statements for this publisher. Operators invite and remove them."
    >
      {members.length === 0 ? (
        <p class="none">Nobody yet. An operator can invite the first developer.</p>
      ) : (
        <Table
          caption={counted(members.length, 'member')}
          columns={['Name', 'E-mail', 'Since']}
          rows={members.map(({ person, createdAt }) => [
            <>
              <Name>{person.name}</Name> {person.state === 'disabled' ? <State state="disabled" /> : null}
            </>,
            person.email === null ? <span class="none">not known</span> : <bdi>{person.email}</bdi>,
            <Time at={createdAt} />,
          ])}
        />
      )}
    </Section>
  );
}
