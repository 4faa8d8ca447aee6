import type { Role } from '../../domain/access.ts';
import type { Refusal } from '../../services/refusal.ts';
import { PROBLEM_ADVICE } from '../problem-advice.ts';
import { problemDetail } from '../problem.ts';
import { PROBLEM_TYPES, type EdgeProblem } from '../problem-types.ts';
import { A } from './components/here.tsx';
import { Actions, ButtonLink } from './components/form.tsx';
import { Findings } from './components/findings.tsx';
import { Name } from './components/text.tsx';
import type { Shown } from './page.ts';

/** Somebody who could do what the reader may not. */
export type Holder = { readonly name: string; readonly role: Role };

/**
 * A refusal as a page: what happened, why, and what to do next.
 *
 * @param holders who has the role that is missing; for `role_needed`
 * @param back where the reader came from, a path below the issuer
 */
export function errorPage(
  refusal: Refusal | EdgeProblem,
  about: {
    readonly issuer: string;
    readonly requestId: string;
    readonly back: string | undefined;
    readonly holders: readonly Holder[];
    readonly isSignedIn: boolean;
  },
): Shown {
  const { status, title } = PROBLEM_TYPES[refusal.code];
  const home = about.isSignedIn ? '/console' : '/';
  return {
    title,
    status,
    body: (
      <div class="error-page">
        <p class="status">{`${status} · ${refusal.code.replaceAll('_', ' ')}`}</p>
        <h1>{title}</h1>
        <p class="lead">{problemDetail(refusal, about.issuer)}</p>
        <p>{PROBLEM_ADVICE[refusal.code]}</p>
        {refusal.code === 'role_needed' ? <Holders holders={about.holders} /> : null}
        {refusal.code === 'invalid_client_metadata' ? <Findings findings={refusal.findings} /> : null}
        {refusal.code === 'invalid_input' ? (
          <ul>
            {refusal.problems.map(({ pointer, detail }) => (
              <li>
                <code>{pointer}</code> {detail}
              </li>
            ))}
          </ul>
        ) : null}
        <Actions>
          {about.back === undefined ? null : (
            <ButtonLink href={about.back} look="quiet">
              Back
            </ButtonLink>
          )}
          <ButtonLink href={home} look="quiet">
            {about.isSignedIn ? 'Start page' : 'Home'}
          </ButtonLink>
          {about.isSignedIn ? null : <A href="/sign-in">Sign in</A>}
        </Actions>
        {status < 500 ? null : (
          <p class="note">
            If you ask somebody for help, give them this: <code>{about.requestId}</code>
          </p>
        )}
      </div>
    ),
  };
}

function Holders({ holders }: { readonly holders: readonly Holder[] }) {
  if (holders.length === 0) return <p>Ask an operator of this issuer.</p>;
  return (
    <>
      <p>These people can do it, or give you the role:</p>
      <ul>
        {holders.map(({ name, role }) => (
          <li>
            <Name>{name}</Name>, {role}
          </li>
        ))}
      </ul>
    </>
  );
}
