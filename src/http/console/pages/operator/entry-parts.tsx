import { actorWords, type LedgerFact } from '../../../../domain/ledger/ledger-fact.ts';
import type { Names } from '../../../../services/ledger-view.ts';
import { A } from '../../components/here.tsx';
import { Code, Name } from '../../components/text.tsx';

/** Who did what an entry tells of. */
export function Who({ fact, names }: { readonly fact: LedgerFact; readonly names: Names }) {
  const { actor } = fact;
  if (actor.type === 'workload' && names.has(actor.workloadId))
    return (
      <>
        the workload <Named id={actor.workloadId} names={names} />
      </>
    );
  if (actor.type !== 'person') return <>{actorWords(actor)}</>;
  return (
    <A href={`/console/people/${actor.personId}`}>
      <Named id={actor.personId} names={names} />
    </A>
  );
}

/** What an entry is about: whose it is, and the thing itself. */
export function About({ fact, names }: { readonly fact: LedgerFact; readonly names: Names }) {
  const { publisherId, softwareId, subject } = fact;
  return (
    <>
      {publisherId === null ? null : (
        <p>
          <A href={`/console/publishers/${publisherId}`}>
            <Named id={publisherId} names={names} />
          </A>
        </p>
      )}
      {softwareId === null ? null : (
        <p>
          <A href={`/console/software/${softwareId}`}>
            <Named id={softwareId} names={names} />
          </A>
        </p>
      )}
      {subject === publisherId || subject === softwareId ? null : (
        <p>
          <Subject fact={fact} names={names} />
        </p>
      )}
    </>
  );
}

/** The thing that an entry is about, with the way to it where there is one. */
export function Subject({ fact, names }: { readonly fact: LedgerFact; readonly names: Names }) {
  const { kind, subject } = fact;
  const path = PATHS[kind.split('.', 1)[0] ?? '']?.(subject);
  const shown = <Named id={subject} names={names} />;
  return path === undefined || kind === 'person.invited' ? shown : <A href={path}>{shown}</A>;
}

const PATHS: Readonly<Record<string, (subject: string) => string>> = {
  publisher: (id) => `/console/publishers/${id}`,
  software: (id) => `/console/software/${id}`,
  submission: (id) => `/console/submissions/${id}`,
  statement: (jti) => `/console/statements/${jti}`,
  key: (kid) => `/console/keys/${kid}`,
  person: (id) => `/console/people/${id}`,
  member: (id) => `/console/people/${id}`,
  policy: () => '/console/policy',
  'status-list': () => '/console/status-lists',
};

function Named({ id, names }: { readonly id: string; readonly names: Names }) {
  const name = names.get(id);
  return name === undefined ? <Code short>{id}</Code> : <Name>{name}</Name>;
}
