import type {
  CheckedStatement,
  RevocationCategory,
  Succession,
} from '../../../../services/check-statement.ts';

/** An outcome in words: what it is, and what somebody who holds such a statement does now. */
export type Verdict = {
  readonly tone: 'good' | 'waiting' | 'bad';
  readonly title: string;
  readonly advice: string;
};

/** Says what a check came to. */
export function verdictOf(checked: CheckedStatement, instant: (seconds: number) => string): Verdict {
  const since = (at: number | null) => (at === null ? '' : ` at ${instant(at)}`);
  switch (checked.outcome) {
    case 'valid':
      return {
        tone: 'good',
        title: 'It is ours, and it stands.',
        advice: 'An authorization server that trusts this issuer may register the software with it.',
      };
    case 'document_changed':
      return {
        tone: 'bad',
        title: 'It is ours, and its document has changed since.',
        advice: `What is served at ${checked.url} is not what was reviewed${checked.since === null ? '' : `, since ${instant(checked.since)} or earlier`}. An authorization server will not register the software with it. The publisher can have the change reviewed and ask for a new statement.`,
      };
    case 'superseded':
      return {
        tone: 'waiting',
        title: 'It is ours and still verifies, but something newer counts by now.',
        advice: `${checked.succession.map(successionInWords).join(' ')} Ask the publisher for the newer one.`,
      };
    case 'expired':
      return {
        tone: 'bad',
        title: 'It is ours, and it is over.',
        advice: `It expired at ${instant(checked.at)}. Its publisher can renew it.`,
      };
    case 'not_yet':
      return {
        tone: 'waiting',
        title: 'It is ours, and it is not valid yet.',
        advice: `It may be used from ${instant(checked.at)}. If that is wrong, a clock is.`,
      };
    case 'suspended':
      return {
        tone: 'waiting',
        title: 'It is ours, and it is suspended.',
        advice: `${SUSPENSION[checked.by]} That may be lifted; until then do not rely on it.`,
      };
    case 'revoked':
      return {
        tone: 'bad',
        title: 'It is ours, and it was revoked.',
        advice: `${REVOCATION[checked.category]}${since(checked.at)}. It never counts again: end what was registered with it.`,
      };
    case 'key_revoked':
      return {
        tone: 'bad',
        title: 'Its key was revoked, so it counts for nothing.',
        advice: `This issuer’s key was revoked${since(checked.at)}, and nobody can tell any more who signed with it. Ask the publisher for a new statement.`,
      };
    case 'unknown_here':
      return {
        tone: 'bad',
        title: 'Our key signed it, but it is not in our records.',
        advice:
          checked.because === 'no_record'
            ? 'It may have been issued before this issuer was restored from a backup; then its status list says INVALID. Do not rely on it, and tell the operator of this issuer.'
            : 'Our records hold another statement of this name. Do not rely on it, and tell the operator of this issuer at once.',
      };
    case 'not_signed_by_us':
      return {
        tone: 'bad',
        title: 'It says that it is ours, and it is not.',
        advice: 'It was changed, or somebody else made it. Do not believe anything in it.',
      };
    case 'foreign':
      return {
        tone: 'bad',
        title: 'It is not ours.',
        advice:
          checked.claimedIssuer === undefined
            ? 'It names no issuer. Whoever gave it to you has to say whose it is.'
            : `It claims to be from ${checked.claimedIssuer}. Whether that is true, only that issuer can say.`,
      };
    case 'malformed':
      return {
        tone: 'bad',
        title: 'This is no statement.',
        advice: 'A statement is three parts with points between them. Copy it whole, from eyJ to its end.',
      };
  }
}

const SUSPENSION = {
  statement: 'This statement alone is suspended.',
  software: 'All statements of its software are suspended.',
  publisher: 'Its publisher is suspended, and all its statements with it.',
} as const;

const REVOCATION: Readonly<Record<RevocationCategory, string>> = {
  statement: 'This statement alone was revoked',
  software: 'It was revoked together with the approval of its software',
  publisher: 'It was revoked together with its publisher',
};

function successionInWords(succession: Succession): string {
  return succession.by === 'approval'
    ? `Version ${succession.softwareVersion} was approved since.`
    : 'It was renewed: another statement takes its place.';
}
