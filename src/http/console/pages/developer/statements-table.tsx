import { effectiveState } from '../../../../domain/statement/statement.ts';
import type { StatementStanding } from '../../../../ports.ts';
import { A, useHere } from '../../components/here.tsx';
import { Table } from '../../components/parts.tsx';
import { Code, State, Time } from '../../components/text.tsx';

/** How a statement stands for those who check it: expired, or what the status list says. */
export function standingOf(
  { statement, software, publisher }: StatementStanding,
  now: number,
): 'valid' | 'suspended' | 'revoked' | 'expired' {
  const state = effectiveState(statement.state, software.state, publisher.state);
  return state !== 'revoked' && statement.expiresAt <= now ? 'expired' : state;
}

/** Statements, a row each. */
export function StatementsTable({ statements }: { readonly statements: readonly StatementStanding[] }) {
  const { now } = useHere();
  return (
    <Table
      caption="Statements"
      columns={['Statement', 'Version', 'Stands', 'For', 'Expires']}
      rows={statements.map((standing) => {
        const { jti, softwareVersion, audience, expiresAt } = standing.statement;
        return [
          <A href={`/console/statements/${jti}`}>
            <Code short>{jti}</Code>
          </A>,
          <Code>{softwareVersion}</Code>,
          <State state={standingOf(standing, now)} />,
          audience === null ? (
            'any authorization server'
          ) : (
            <ul>
              {audience.map((server) => (
                <li>
                  <Code>{server}</Code>
                </li>
              ))}
            </ul>
          ),
          <Time at={expiresAt} />,
        ];
      })}
    />
  );
}
