import type { ClientMetadata } from '../../../../domain/client-metadata/parse-client-metadata.ts';
import type { JsonObject } from '../../../../domain/json.ts';
import { explainClaims, explainHeader } from '../../../../domain/statement/explain-claims.ts';
import { registrationRequest } from '../../../../domain/statement/registration-request.ts';
import type { DocumentStanding } from '../../../../services/documents/standing.ts';
import type { StatementStanding } from '../../../../ports.ts';
import { Button, ButtonLink, Field, Form } from '../../components/form.tsx';
import { A, useHere } from '../../components/here.tsx';
import { documentFacts, DriftNotice } from '../../components/metadata-document.tsx';
import { CopyBlock, Facts, Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Code, Name, State, Time } from '../../components/text.tsx';
import { Claims } from '../public/attested.tsx';
import { curlSnippet, presentationSnippet, REQUEST_FILE, typescriptSnippet } from './snippets.ts';
import { standingOf } from './statements-table.tsx';

type View = {
  readonly standing: StatementStanding;
  readonly header: JsonObject;
  readonly claims: JsonObject;
  /** The snapshot it was signed over. */
  readonly metadata: ClientMetadata;
  /** The document it is about, for a digest-bound one, and how that stands. */
  readonly document: DocumentStanding | undefined;
  readonly issuedBy: string;
  /** The version that is approved now where that is another one; null when none is. Undefined when it is this one. */
  readonly approvedVersion: string | null | undefined;
  /** Whether the reader may hold the statement itself. */
  readonly isDeveloper: boolean;
  readonly mayRevoke: boolean;
  readonly maySuspend: boolean;
  readonly lifetime: string;
  readonly lifetimeError: string | undefined;
};

export function StatementView(view: View) {
  const { standing } = view;
  const { now } = useHere();
  const stands = standingOf(standing, now);
  return (
    <>
      <PageHeader
        title={
          <>
            Statement <Code short>{standing.statement.jti}</Code>
          </>
        }
        badge={<State state={stands} />}
        above={{
          href: `/console/software/${standing.software.id}`,
          label: <Name>{standing.software.name}</Name>,
        }}
      />
      <Standing view={view} stands={stands} />
      {stands === 'valid' || stands === 'suspended' ? <DriftNotice standing={view.document} /> : null}
      <div class="columns">
        <div>
          {view.isDeveloper ? <UseSection view={view} /> : null}
          <Section title="What it says" lead="Every claim, as authorization servers read it.">
            <Claims caption="Claims" explained={explainClaims(view.claims)} />
            <h3>Its header</h3>
            <Claims caption="Header" explained={explainHeader(view.header)} />
          </Section>
        </div>
        <div>
          <AboutSection view={view} />
          <ActsSection view={view} stands={stands} />
        </div>
      </div>
    </>
  );
}

/** Whether it may be relied on, and if not, why. */
function Standing({ view, stands }: { readonly view: View; readonly stands: string }) {
  const { statement, software, publisher } = view.standing;
  const reason =
    statement.state === 'valid'
      ? software.state === 'suspended'
        ? software.stateReason
        : publisher.stateReason
      : statement.stateReason;
  switch (stands) {
    case 'revoked':
      return (
        <Notice tone="bad" title="It is revoked, for good.">
          {reason}
        </Notice>
      );
    case 'suspended':
      return (
        <Notice
          tone="waiting"
          title={
            statement.state === 'suspended'
              ? 'It is suspended.'
              : software.state === 'suspended'
                ? 'It is suspended with its software.'
                : 'It is suspended with its publisher.'
          }
        >
          {reason}
        </Notice>
      );
    case 'expired':
      return (
        <Notice title="It has expired.">
          Authorization servers take it no more. Issue a new one over what is approved now.
        </Notice>
      );
    default:
      return view.approvedVersion === undefined ? null : (
        <Notice tone="waiting" title="Something else is approved by now.">
          {view.approvedVersion === null ? (
            'The approval it was signed over was withdrawn. It stands until it expires or is revoked.'
          ) : (
            <>
              It stands, but it is over an earlier version. Renew it to have one over{' '}
              <bdi>{view.approvedVersion}</bdi>.
            </>
          )}
        </Notice>
      );
  }
}

function UseSection({ view }: { readonly view: View }) {
  const { statement } = view.standing;
  const place = `/console/statements/${statement.jti}`;
  return (
    <Section
      title="Use it"
      lead="Treat it like a ticket: whoever holds it can register with it. It is never a secret of your software, and never a substitute for its keys."
      actions={
        <>
          <ButtonLink href={`${place}/download`} look="quiet" download={`${statement.jti}.jwt`}>
            Download it
          </ButtonLink>
          <ButtonLink href={`${place}/registration-request`} look="quiet" download={REQUEST_FILE}>
            Download the registration request
          </ButtonLink>
        </>
      }
    >
      <h3>The statement</h3>
      <CopyBlock label="The statement" text={statement.jwt} />
      <details>
        <summary>Register with curl</summary>
        <CopyBlock
          label="Registration with curl"
          text={curlSnippet(statement.audience, registrationRequest(statement, view.metadata))}
        />
      </details>
      {view.document === undefined ? null : (
        <details>
          <summary>Present it without registering</summary>
          <p class="note">
            At servers that know clients by their document: in a token request, with the client’s own key as
            proof. draft-mcguinness-oauth-cimd-sw-stmt, Runtime Presentation
          </p>
          <CopyBlock
            label="Presentation with curl"
            text={presentationSnippet(statement.audience, view.document.document.url, statement.jwt)}
          />
        </details>
      )}
      <details>
        <summary>Register with TypeScript</summary>
        <p class="note">
          With the registration request downloaded beside it, as <Code>{REQUEST_FILE}</Code>.
        </p>
        <CopyBlock label="Registration with TypeScript" text={typescriptSnippet(statement.audience)} />
      </details>
    </Section>
  );
}

function AboutSection({ view }: { readonly view: View }) {
  const { statement } = view.standing;
  return (
    <Section title="About it">
      <Facts
        facts={[
          ...(view.document === undefined ? [] : documentFacts(view.document)),
          { name: 'Expires', value: <Time at={statement.expiresAt} exact /> },
          {
            name: 'Issued',
            value: (
              <>
                <Time at={statement.issuedAt} exact /> by <Name>{view.issuedBy}</Name>
              </>
            ),
          },
          {
            name: 'Over',
            value: (
              <A href={`/console/submissions/${statement.submissionId}`}>
                version <bdi>{statement.softwareVersion}</bdi>
              </A>
            ),
          },
          {
            name: 'For',
            value:
              statement.audience === null
                ? 'any authorization server'
                : statement.audience.map((server) => (
                    <>
                      <Code>{server}</Code>{' '}
                    </>
                  )),
          },
          ...(statement.renewedFrom === null
            ? []
            : [
                {
                  name: 'Renews',
                  value: (
                    <A href={`/console/statements/${statement.renewedFrom}`}>
                      <Code short>{statement.renewedFrom}</Code>
                    </A>
                  ),
                },
              ]),
          {
            name: 'SHA-256',
            value: <Code>{statement.sha256}</Code>,
            note: 'The ledger holds this and never the statement.',
          },
        ]}
      />
    </Section>
  );
}

function ActsSection({ view, stands }: { readonly view: View; readonly stands: string }) {
  const { statement } = view.standing;
  const place = `/console/statements/${statement.jti}`;
  const mayRenew = view.isDeveloper && statement.state === 'valid' && stands !== 'suspended';
  const mayRevoke = view.mayRevoke && statement.state !== 'revoked';
  if (!mayRenew && !mayRevoke && !view.maySuspend) return null;
  return (
    <Section title="Go on">
      {mayRenew ? (
        <Form action={`${place}/renew`}>
          <Field
            name="lifetime_days"
            label="Lifetime of the next one, in days"
            type="number"
            min={1}
            value={view.lifetime}
            error={view.lifetimeError}
            help="Empty for the usual. It is for the same servers, over what is approved now; this one stays as it is."
          />
          <Button>Renew it</Button>
        </Form>
      ) : null}
      <div class="actions">
        {mayRevoke ? (
          <ButtonLink href={`${place}/revoke`} look="quiet">
            Revoke it
          </ButtonLink>
        ) : null}
        {view.maySuspend && statement.state === 'valid' ? (
          <ButtonLink href={`${place}/suspend`} look="quiet">
            Suspend it
          </ButtonLink>
        ) : null}
        {view.maySuspend && statement.state === 'suspended' ? (
          <ButtonLink href={`${place}/reinstate`} look="quiet">
            Reinstate it
          </ButtonLink>
        ) : null}
      </div>
    </Section>
  );
}
