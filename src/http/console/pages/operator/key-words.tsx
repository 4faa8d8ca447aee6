import type { KeyImpact } from '../../../../services/key-impact.ts';
import { Code, counted, Time } from '../../components/text.tsx';
import { Audiences, ForAnyone } from './effect-words.tsx';

/** What activating a key would do now, in words. */
export function activationWords({ activation }: KeyImpact) {
  const { refusal, readyAt, stepsDown } = activation;
  return (
    <>
      <p>
        {refusal?.code === 'key_not_published_long_enough' ? (
          <>
            It should not sign before <Time at={readyAt} exact />: until then there are servers whose copy of
            the key set lacks it, and they would refuse what it signs. In an emergency that wait can be
            skipped, with a reason.
          </>
        ) : refusal?.code === 'key_not_in_custody' ? (
          'Its private half is not in custody, so it cannot sign. Put the key file or secret back first.'
        ) : (
          'It has been published long enough, and can sign from now on.'
        )}
      </p>
      {stepsDown === undefined ? null : (
        <p>
          <Code short>{stepsDown.key.kid}</Code> stops signing. It stays published until{' '}
          <Time at={stepsDown.neededUntil} exact />, when the last statement it signed has expired, and then
          retires by itself. No statement stops verifying.
        </p>
      )}
    </>
  );
}

/** What retiring a key would do now, in words. */
export function retirementWords(impact: KeyImpact) {
  const { key, retirement } = impact;
  const { refusal } = retirement;
  if (refusal?.code === 'key_still_needed')
    return (
      <p>
        It is needed until <Time at={refusal.until} exact />: {liveInWords(impact)} could not be checked
        without it. It retires by itself then.
      </p>
    );
  return (
    <p>
      {key.state === 'pending'
        ? 'It never signed, so nothing depends on it. It leaves the JWK Set and its private half is destroyed.'
        : 'Everything that it signed has expired. It leaves the JWK Set and its private half is destroyed.'}
    </p>
  );
}

/** What revoking a key would do now, in words. */
export function revocationWords(impact: KeyImpact) {
  const { key, liveStatements, reach, revocation } = impact;
  const { successor, leavesNone } = revocation;
  return (
    <>
      <p>
        {liveStatements === 0
          ? 'No live statement was signed with it. It leaves the JWK Set at once and its private half is destroyed.'
          : `${liveInWords(impact)} ${liveStatements === 1 ? 'stops' : 'stop'} verifying for good. The key leaves the JWK Set at once and its private half is destroyed.`}
      </p>
      {reach.audienceCount === 0 ? null : (
        <>
          <p>The authorization servers:</p>
          <Audiences reach={reach} />
        </>
      )}
      <ForAnyone reach={reach} />
      {successor === undefined ? null : (
        <p>
          <Code short>{successor.kid}</Code> signs at once, whatever its age.
        </p>
      )}
      {leavesNone ? (
        <p>
          <strong>No other key stands by: nothing can be signed until one is activated.</strong>
        </p>
      ) : null}
      {key.state === 'active' || liveStatements > 0 ? (
        <p>
          This is for a key that others may have. A key that is only old is replaced by activating the next
          one.
        </p>
      ) : null}
    </>
  );
}

function liveInWords({ liveStatements, reach: { audienceCount } }: KeyImpact): string {
  const servers = audienceCount === 0 ? '' : ` for ${counted(audienceCount, 'authorization server')}`;
  return `${counted(liveStatements, 'live statement')}${servers}`;
}
