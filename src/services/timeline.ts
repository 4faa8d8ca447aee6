import type { Actor } from '../domain/access.ts';
import { isJsonObject, textMember, type JsonObject } from '../domain/json.ts';
import type { EntryActor } from '../domain/ledger/entry.ts';
import { actorWords, factOf, type LedgerFact } from '../domain/ledger/ledger-fact.ts';
import { ok, type Result } from '../domain/result.ts';
import { VERDICTS, type Verdict } from '../domain/submission.ts';
import { authorize, concealUnknown } from './authorize.ts';
import type { Issuer } from './issuer.ts';
import type { Refusal } from './refusal.ts';
import { softwareOf } from './software.ts';

/** What happened to a software. */
export type TimelineEvent =
  | { readonly type: 'registered'; readonly name: string }
  | { readonly type: 'renamed'; readonly before: string; readonly after: string }
  | { readonly type: 'suspended' | 'reinstated' | 'revoked'; readonly reason: string }
  | { readonly type: 'submitted'; readonly submissionId: string; readonly softwareVersion: string }
  | {
      readonly type: 'decided';
      readonly submissionId: string;
      readonly verdict: Verdict;
      readonly reason: string;
    }
  | { readonly type: 'withdrawn'; readonly submissionId: string; readonly reason: string }
  | { readonly type: 'superseded' | 'commented'; readonly submissionId: string }
  | { readonly type: 'checked'; readonly submissionId: string; readonly failing: readonly string[] }
  | { readonly type: 'document_bound' | 'document_settled'; readonly url: string }
  | { readonly type: 'document_drifted'; readonly url: string; readonly problem: string }
  | {
      readonly type: 'workload_bound' | 'workload_ended' | 'token_made' | 'token_revoked';
      readonly label: string;
    }
  | { readonly type: 'issued'; readonly jti: string; readonly isRenewal: boolean }
  | {
      readonly type: 'statement_revoked' | 'statement_suspended' | 'statement_reinstated';
      readonly jti: string;
      readonly reason: string;
    };

export type TimelineItem = {
  readonly seq: number;
  /** NumericDate, seconds. */
  readonly at: number;
  /** The name of who did it; undefined for the issuer itself. */
  readonly by: string | undefined;
  readonly event: TimelineEvent;
};

/**
 * What happened to one software, newest first, as the ledger tells it, for its publisher's developers too: they may not read the ledger, but they
 * may read this.
 *
 * @param page.before exclusive `seq` of the last item of the page before
 * @returns up to `limit` items, and `next` for the page after it
 */
export async function readTimeline(
  issuer: Issuer,
  actor: Actor,
  softwareId: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<Result<{ readonly items: readonly TimelineItem[]; readonly next: number | undefined }, Refusal>> {
  const found = await softwareOf(issuer, softwareId);
  if (!found.ok) return concealUnknown(actor, 'software:read', found.error);
  const allowed = authorize(actor, 'software:read', found.value.software.publisherId);
  if (!allowed.ok) return allowed;
  const entries = await issuer.store.entries({ softwareId }, page.before, page.limit + 1);
  const facts = entries.slice(0, page.limit).flatMap((entry) => factOf(entry) ?? []);
  const ids = facts.flatMap(({ actor: by }) => (by.type === 'person' ? [by.personId] : []));
  const people = await issuer.store.peopleOf([...new Set(ids)]);
  const jobs = facts.flatMap(({ actor: by }) => (by.type === 'workload' ? [by.workloadId] : []));
  const workloads = jobs.length === 0 ? [] : await issuer.store.names('workload', [...new Set(jobs)]);
  const names = new Map([...people, ...workloads].map(({ id, name }) => [id, name]));
  const items = facts.flatMap((fact) => {
    const event = eventOf(fact);
    const by = byWhom(fact.actor, names);
    return event === undefined ? [] : [{ seq: fact.seq, at: fact.at, by, event }];
  });
  return ok({ items, next: entries.length > page.limit ? entries[page.limit - 1]?.seq : undefined });
}

/** Undefined for the issuer itself. */
function byWhom(actor: EntryActor, names: ReadonlyMap<string, string>): string | undefined {
  if (actor.type === 'issuer') return undefined;
  if (actor.type === 'person') return names.get(actor.personId) ?? '';
  const label = actor.type === 'workload' ? names.get(actor.workloadId) : undefined;
  return label === undefined ? actorWords(actor) : `the workload “${label}”`;
}

/** An entry in the words of this page; undefined for kinds that are about something else. */
function eventOf({ kind, subject, data }: LedgerFact): TimelineEvent | undefined {
  const reason = textMember(data, 'reason');
  switch (kind) {
    case 'software.created':
      return { type: 'registered', name: textMember(data, 'name') };
    case 'software.changed':
      return { type: 'renamed', before: nameIn(data, 'before'), after: nameIn(data, 'after') };
    case 'software.suspended':
      return { type: 'suspended', reason };
    case 'software.reinstated':
      return { type: 'reinstated', reason };
    case 'software.revoked':
      return { type: 'revoked', reason };
    case 'submission.submitted':
      return {
        type: 'submitted',
        submissionId: subject,
        softwareVersion: textMember(data, 'software_version'),
      };
    case 'submission.decided': {
      const verdict = VERDICTS.find((known) => known === data['verdict']);
      return verdict === undefined ? undefined : { type: 'decided', submissionId: subject, verdict, reason };
    }
    case 'submission.withdrawn':
      return { type: 'withdrawn', submissionId: subject, reason };
    case 'submission.superseded':
      return { type: 'superseded', submissionId: subject };
    case 'submission.commented':
      return { type: 'commented', submissionId: subject };
    case 'evidence.checked':
      return { type: 'checked', submissionId: subject, failing: failingIn(data) };
    case 'client-identifier.bound':
      return { type: 'document_bound', url: subject };
    case 'document.drifted':
      return { type: 'document_drifted', url: subject, problem: textMember(data, 'problem') };
    case 'document.settled':
      return { type: 'document_settled', url: subject };
    case 'workload.bound':
      return { type: 'workload_bound', label: textMember(data, 'label') };
    case 'workload.ended':
      return { type: 'workload_ended', label: textMember(data, 'label') };
    case 'initial-access-token.created':
      return { type: 'token_made', label: textMember(data, 'label') };
    case 'initial-access-token.revoked':
      return { type: 'token_revoked', label: textMember(data, 'label') };
    case 'statement.issued':
      return { type: 'issued', jti: subject, isRenewal: textMember(data, 'renewed_from') !== '' };
    case 'statement.revoked':
      return { type: 'statement_revoked', jti: subject, reason };
    case 'statement.suspended':
      return { type: 'statement_suspended', jti: subject, reason };
    case 'statement.reinstated':
      return { type: 'statement_reinstated', jti: subject, reason };
    default:
      return undefined;
  }
}

function nameIn(data: JsonObject, side: 'before' | 'after'): string {
  const value = data[side];
  return isJsonObject(value) ? textMember(value, 'name') : '';
}

function failingIn({ evidence }: JsonObject): readonly string[] {
  const rows = Array.isArray(evidence) ? evidence.filter(isJsonObject) : [];
  return rows.filter(({ outcome }) => outcome === 'fails').map((row) => textMember(row, 'member'));
}
