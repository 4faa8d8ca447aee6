import type { InitialAccessToken } from '../../../../domain/exchange/exchange.ts';
import { textMember } from '../../../../domain/json.ts';
import type { Workload } from '../../../../domain/workload/workload.ts';
import { WORKLOAD_KINDS } from '../../../../domain/workload/rules.ts';
import { ButtonLink } from '../../components/form.tsx';
import { A, useHere } from '../../components/here.tsx';
import { CopyBlock, Empty, Section, Table } from '../../components/parts.tsx';
import { Badge, Code, Name, State, Time } from '../../components/text.tsx';
import { KINDS, kindOf } from './workload-fields.ts';
import { curlExchangeSnippet, githubSnippet, gitlabSnippet, workloadWords } from './workload-snippets.ts';

/** What is bound to a software, and how to bind more. */
export function WorkloadsSection(props: {
  readonly place: string;
  readonly workloads: readonly Workload[];
  readonly mayWrite: boolean;
}) {
  const { place, workloads, mayWrite } = props;
  return (
    <Section
      title="Bound"
      lead="CI jobs and services that get statements by the token their platform gives them. There is no secret to keep, to rotate or to lose."
    >
      {workloads.length === 0 ? (
        <Empty title="No workload yet">
          <p>
            {mayWrite
              ? 'Bind the job that releases the software; it renews the statement by itself.'
              : 'Nothing is bound to this software.'}
          </p>
        </Empty>
      ) : (
        <Table
          caption="Workloads"
          columns={['What', 'Where it runs', 'May file', 'Since', 'State', 'Action']}
          rows={workloads.map((workload) => [
            <Name>{workload.label}</Name>,
            <>
              {KINDS[kindOf(textMember(workload.rules, 'kind'))].title}
              <p class="note">
                <Code>{workloadWords(workload.rules)}</Code>
              </p>
            </>,
            workload.mayFile ? 'yes' : 'no',
            <Time at={workload.createdAt} />,
            workload.state === 'active' ? <State state="active" /> : <Badge tone="muted">let go</Badge>,
            mayWrite && workload.state === 'active' ? (
              <A href={`${place}/workloads/${workload.id}/end`}>
                Let go<span class="unseen"> {workload.label}</span>
              </A>
            ) : null,
          ])}
        />
      )}
      {mayWrite ? (
        <div class="actions">
          {WORKLOAD_KINDS.map((kind, i) => (
            <ButtonLink href={`${place}/workloads/bind?kind=${kind}`} look={i === 0 ? 'main' : 'quiet'}>
              Bind {KINDS[kind].title}
            </ButtonLink>
          ))}
        </div>
      ) : null}
    </Section>
  );
}

/** What to put into the job, ready to be copied. */
export function SnippetsSection({
  issuer,
  softwareId,
}: {
  readonly issuer: string;
  readonly softwareId: string;
}) {
  const at = { issuer, softwareId };
  return (
    <Section title="In the job" lead="A token must be made for this issuer, and for nobody else.">
      <p>GitHub Actions:</p>
      <CopyBlock label="Workflow for GitHub Actions" text={githubSnippet(at)} />
      <p>GitLab CI:</p>
      <CopyBlock label="Job for GitLab CI" text={gitlabSnippet(at)} />
      <p>Anything else:</p>
      <CopyBlock label="Request with curl" text={curlExchangeSnippet(at)} />
    </Section>
  );
}

/** Initial access tokens; never their text. */
export function InitialAccessTokensTable(props: {
  readonly place: string;
  readonly tokens: readonly InitialAccessToken[];
  readonly mayWrite: boolean;
}) {
  const { now } = useHere();
  const { place, tokens, mayWrite } = props;
  if (tokens.length === 0)
    return (
      <Empty title="No initial access token yet">
        <p>Make one for a job that has no platform to vouch for it.</p>
      </Empty>
    );
  return (
    <Table
      caption="Initial access tokens"
      columns={['What for', 'About', 'Made', 'State', 'Action']}
      rows={tokens.map((token) => {
        const isOpen = token.usedAt === null && token.revokedAt === null && token.expiresAt > now;
        return [
          <Name>{token.label}</Name>,
          token.clientId === null ? 'the software' : <Code>{token.clientId}</Code>,
          <Time at={token.createdAt} />,
          <TokenState token={token} now={now} />,
          mayWrite && isOpen ? (
            <A href={`${place}/initial-access-tokens/${token.id}/revoke`}>
              Revoke<span class="unseen"> {token.label}</span>
            </A>
          ) : null,
        ];
      })}
    />
  );
}

function TokenState({ token, now }: { readonly token: InitialAccessToken; readonly now: number }) {
  if (token.usedAt !== null)
    return (
      <>
        used <Time at={token.usedAt} />
      </>
    );
  if (token.revokedAt !== null) return <Badge tone="bad">revoked</Badge>;
  return token.expiresAt <= now ? (
    <Badge tone="muted">expired</Badge>
  ) : (
    <>
      works until <Time at={token.expiresAt} />
    </>
  );
}
