import type { LedgerCheck } from '../../../../domain/ledger/ledger-check.ts';
import { counted, State, Time } from '../../components/text.tsx';

/** A full check in a line: how it came out, over how much, and when. */
export function CheckWords({ check }: { readonly check: LedgerCheck | undefined }) {
  if (check === undefined) return <>none yet</>;
  const { state, checked, total, finishedAt } = check;
  if (state === 'running')
    return <>{`going on: ${checked.toLocaleString('en')} of ${counted(total, 'entry', 'entries')}`}</>;
  return (
    <>
      <State state={state} /> {counted(checked, 'entry', 'entries')},{' '}
      {finishedAt === undefined ? null : <Time at={finishedAt} />}
    </>
  );
}
