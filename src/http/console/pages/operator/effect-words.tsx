import type { Act, Foreseen } from '../../../../services/effects.ts';
import { Code, counted } from '../../components/text.tsx';

/** What an act will do to statements, in numbers and names. */
export function EffectWords({ effect, reach }: Pick<Foreseen<unknown>, 'effect' | 'reach'>) {
  const { stop, resume, end, live } = effect;
  return (
    <>
      <p>
        <strong>{headline(effect, reach)}</strong>
      </p>
      {end === 0 ? null : (
        <p>{`${counted(end, 'statement')} that ${end === 1 ? 'is' : 'are'} suspended now can never be reinstated.`}</p>
      )}
      {resume > 0 && resume < live ? (
        <p>{`${counted(live - resume, 'live statement')} ${live - resume === 1 ? 'stays' : 'stay'} as ${live - resume === 1 ? 'it is' : 'they are'}: suspended by ${live - resume === 1 ? 'itself' : 'themselves'}, or by what else ${live - resume === 1 ? 'it depends' : 'they depend'} on.`}</p>
      ) : null}
      {stop + resume + end > 0 && reach.software > 1 ? (
        <p>{`They are of ${counted(reach.software, 'software', 'software')}.`}</p>
      ) : null}
      {stop + resume + end === 0 || reach.audienceCount === 0 ? null : (
        <>
          <p>
            {live === stop + resume
              ? 'The authorization servers:'
              : 'Live statements name these authorization servers:'}
          </p>
          <Audiences reach={reach} />
        </>
      )}
      {stop + resume > 0 ? <ForAnyone reach={reach} /> : null}
    </>
  );
}

type Relying = { readonly reach: Omit<Foreseen<unknown>['reach'], 'software'> };

/** The authorization servers that live statements name, as many as are known by name. */
export function Audiences({ reach }: Relying) {
  return (
    <ul>
      {reach.audiences.map(({ audience, statements }) => (
        <li>
          <Code>{audience}</Code> {counted(statements, 'statement')}
        </li>
      ))}
      {reach.audienceCount > reach.audiences.length ? (
        <li>{`and ${(reach.audienceCount - reach.audiences.length).toLocaleString('en')} more`}</li>
      ) : null}
    </ul>
  );
}

/** Live statements that name no authorization server. */
export function ForAnyone({ reach: { forAnyone } }: Relying) {
  return forAnyone === 0 ? null : (
    <p>{`${counted(forAnyone, 'live statement')} ${forAnyone === 1 ? 'names' : 'name'} no authorization server, so any may have taken ${forAnyone === 1 ? 'it' : 'them'}.`}</p>
  );
}

function headline(
  { stop, resume, end, live }: Foreseen<unknown>['effect'],
  reach: Foreseen<unknown>['reach'],
): string {
  const servers =
    reach.audienceCount > 0 && live === stop + resume
      ? ` for ${counted(reach.audienceCount, 'authorization server')}`
      : '';
  if (stop > 0)
    return `${counted(stop, 'live statement')}${servers} ${stop === 1 ? 'stops' : 'stop'} verifying.`;
  if (resume > 0)
    return `${counted(resume, 'live statement')}${servers} ${resume === 1 ? 'verifies' : 'verify'} again.`;
  if (live === 0) return 'No live statement depends on it.';
  return end > 0
    ? 'Nothing that verifies now stops verifying.'
    : 'Nothing changes for the statements that are alive: other suspensions still hold.';
}

/** What an act does besides, by what it is done to. */
export const ACT_WORDS: Readonly<
  Record<'publisher' | 'software' | 'statement', Readonly<Record<Act, string>>>
> = {
  publisher: {
    suspend: 'Nothing is issued for the publisher until an operator reinstates it.',
    reinstate: 'Statements can be issued for the publisher again.',
    revoke: 'This is final: the publisher can never be reinstated, and nothing is issued for it again.',
  },
  software: {
    suspend: 'Nothing is issued for the software until an operator reinstates it.',
    reinstate: 'Statements can be issued for the software again.',
    revoke:
      'Revoked statements stay revoked. The approval is withdrawn too: what comes next is submitted and reviewed anew. The software itself stays.',
  },
  statement: {
    suspend: 'An operator can reinstate it until it expires.',
    reinstate: '',
    revoke:
      'This is final: a revoked statement never becomes valid again. A new one can be issued over the approval.',
  },
};
