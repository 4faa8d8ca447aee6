/**
 * Who did something where it need not be a person: the id of a person, of a workload that presented its token
 * (`workload:<id>`), of a client that showed its own key (`client:<client identifier URL or software_id>`), or the issuer itself.
 */
export type Agent = string;

/** The issuer, where it acts by itself: it saw that a document changed. */
export const ISSUER_AGENT: Agent = 'issuer';

const KINDS = {
  workload: 'the workload',
  client: 'the client',
} as const;

/** How an agent is called: a person by the name that was read, everything else by what it is. */
export function agentName(agent: Agent, names: ReadonlyMap<string, string>): string {
  return names.get(agent) ?? agentWords(agent) ?? '';
}

/** How an agent that is no person is called; undefined for a person. */
export function agentWords(agent: Agent): string | undefined {
  if (agent === ISSUER_AGENT) return 'the issuer itself';
  const [kind, ...rest] = agent.split(':');
  if (kind !== 'workload' && kind !== 'client') return undefined;
  return `${KINDS[kind]} ${rest.join(':')}`;
}
