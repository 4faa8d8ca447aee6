import type { Actor } from '../../../domain/access.ts';
import { decodeBase64url } from '../../../domain/base64url.ts';
import { webHost } from '../../../domain/client-metadata/hosts.ts';
import type { AuthorizationRequest } from '../../../domain/oauth/authorization.ts';
import type { TokenRefusal } from '../../../domain/oauth/token-refusal.ts';
import type { Publisher } from '../../../domain/publisher.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import type { Software } from '../../../domain/software.ts';
import type { Terms } from '../../../domain/statement/terms.ts';
import { isOpen, type Submission } from '../../../domain/submission.ts';
import type { SoftwareStanding } from '../../../ports.ts';
import { reviewedMetadata, type Snapshot } from '../../documents/snapshot.ts';
import { newId, type Issuer } from '../../issuer.ts';
import { readMetadata, type Reading } from '../../preview.ts';
import type { Refusal } from '../../refusal.ts';
import { expectedTerms } from './begin.ts';
import { readRequest } from './pending.ts';
import { authenticationProblem, recogniseClient } from './recognise-client.ts';

/** What the document can be sent for: a software that is there, or a new one of a publisher. */
export type Choice =
  | {
      readonly kind: 'software';
      readonly value: string;
      readonly software: Software;
      readonly publisher: Publisher;
    }
  | { readonly kind: 'new'; readonly value: string; readonly name: string; readonly publisher: Publisher };

/** How far the very same octets have come with reviewers. */
export type Progress = 'approved' | 'under_review' | 'rejected' | 'new';

/** The document as it would be read for a choice. */
export type Prospect = {
  readonly choice: Choice;
  readonly reading: Reading;
  readonly approved: Submission | undefined;
  readonly progress: Progress;
  /** A submission about something else, whose place it would take. */
  readonly replaces: Submission | undefined;
  readonly terms: Result<Terms, TokenRefusal>;
};

/** Everything somebody needs to see before they answer a client. */
export type Approval = {
  readonly request: AuthorizationRequest;
  readonly expiresAt: number;
  readonly snapshot: Snapshot;
  readonly choices: readonly Choice[];
  /** Undefined where the reader may not send it for any software. */
  readonly prospect: Prospect | undefined;
  /** The client identifier speaks for a software already. */
  readonly isBound: boolean;
  /** Names of people who could send it; for a reader who may not. */
  readonly developers: readonly string[];
};

const MOST_CHOICES = 200;
const LOOKED_THROUGH = 20;
const MAX_NAME_CHARACTERS = 200;
const NAMED = 5;

/**
 * Reads a request that waits, with the document as it is served this moment, as the reader could send it.
 *
 * @param wanted value of the choice that is looked at; the likeliest when absent or unknown
 * @returns `authorization_unusable` when the client can no longer be answered, `authorization_over` when nothing waits
 */
export async function readApproval(
  issuer: Issuer,
  actor: Actor,
  id: string,
  wanted?: string,
): Promise<Result<Approval, Refusal>> {
  const pending = await readRequest(issuer, id);
  if (!pending.ok) return pending;
  const { request, expiresAt } = pending.value;
  const snapshot = await currentDocument(issuer, request);
  if (!snapshot.ok) return snapshot;
  const { isBound, choices } = await choicesOf(issuer, actor, request, snapshot.value);
  const choice = choices.find(({ value }) => value === wanted) ?? choices[0];
  return ok({
    request,
    expiresAt,
    snapshot: snapshot.value,
    choices,
    prospect: choice === undefined ? undefined : await prospectOf(issuer, request, snapshot.value, choice),
    isBound,
    developers: choices.length > 0 ? [] : await developersOf(issuer, request.clientId),
  });
}

/** The document as it is served now, still fit to answer this request. */
export async function currentDocument(
  issuer: Issuer,
  request: AuthorizationRequest,
): Promise<Result<Snapshot, Refusal>> {
  const client = await recogniseClient(issuer, request.clientId, request.redirectUri);
  if (!client.ok) return err({ code: 'authorization_unusable', detail: client.error });
  const unable = authenticationProblem(client.value);
  return unable === undefined
    ? ok(client.value.snapshot)
    : err({ code: 'authorization_unusable', detail: unable.description });
}

/** What somebody may send the document of a client for, the likeliest first. */
export async function choicesOf(
  issuer: Issuer,
  actor: Actor,
  { clientId }: AuthorizationRequest,
  snapshot: Snapshot,
): Promise<{ readonly isBound: boolean; readonly choices: readonly Choice[] }> {
  const subject = await issuer.store.clientIdentifier(clientId);
  if (subject !== undefined) {
    const standing = await issuer.store.software(subject.softwareId);
    const isOwn = standing !== undefined && actor.publisherIds.includes(standing.software.publisherId);
    return { isBound: true, choices: isOwn ? [asChoice(standing.software, standing.publisher)] : [] };
  }
  const publishers = (await Promise.all(actor.publisherIds.map((id) => issuer.store.publisher(id)))).filter(
    (publisher) => publisher?.state === 'active',
  );
  const known = await issuer.store.softwareList(
    { publisherIds: actor.publisherIds },
    { limit: MOST_CHOICES },
  );
  const owner = (id: string) => publishers.find((publisher) => publisher?.id === id);
  const software = known.flatMap((one) => {
    const publisher = owner(one.publisherId);
    return publisher === undefined ? [] : [asChoice(one, publisher)];
  });
  const fresh = publishers.flatMap((publisher): readonly Choice[] =>
    publisher === undefined
      ? []
      : [{ kind: 'new', value: `new:${publisher.id}`, name: nameOf(snapshot, clientId), publisher }],
  );
  // Sent before and not yet approved, it belongs where it was sent; else the owner of its host comes first.
  const sentBefore = new Set(await openAbout(issuer, software, clientId));
  const host = webHost(clientId) ?? '';
  const isAtHome = ({ publisher }: Choice) =>
    publisher.verifiedDomains.some((domain) => host === domain || host.endsWith(`.${domain}`));
  const rank = (choice: Choice) =>
    (sentBefore.has(choice.value) ? 4 : 0) + (isAtHome(choice) ? 2 : 0) + (choice.kind === 'new' ? 1 : 0);
  return { isBound: false, choices: [...fresh, ...software].toSorted((a, b) => rank(b) - rank(a)) };
}

function asChoice(software: Software, publisher: Publisher): Choice {
  return { kind: 'software', value: software.id, software, publisher };
}

async function openAbout(
  issuer: Issuer,
  choices: readonly Choice[],
  url: string,
): Promise<readonly string[]> {
  const open = await Promise.all(
    choices.slice(0, LOOKED_THROUGH).map(({ value }) => issuer.store.openSubmission(value)),
  );
  return open.flatMap((one) => (one?.document?.url === url ? [one.softwareId] : []));
}

/** What a new software is called: as its client calls itself, else by its host. */
function nameOf({ metadata }: Snapshot, clientId: string): string {
  const name = metadata['client_name'];
  const plain = typeof name === 'string' ? name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').trim() : '';
  return plain === ''
    ? (webHost(clientId) ?? clientId).slice(0, MAX_NAME_CHARACTERS)
    : plain.slice(0, MAX_NAME_CHARACTERS);
}

/** How the document reads for a choice, and what will come of sending it. */
export async function prospectOf(
  issuer: Issuer,
  request: AuthorizationRequest,
  snapshot: Snapshot,
  choice: Choice,
): Promise<Prospect> {
  const { document } = snapshot;
  const octets = decodeBase64url(document.octets);
  if (!octets.ok) throw new Error('the octets of a document are not base64url');
  const standing = await standingOf(issuer, choice);
  const [reading, progress, terms, open] = await Promise.all([
    readMetadata(issuer, standing, reviewedMetadata(snapshot), octets.value),
    progressOf(issuer, standing, document),
    expectedTerms(issuer, request, document.digest, standing),
    choice.kind === 'new' ? undefined : issuer.store.openSubmission(choice.software.id),
  ]);
  const { approved } = standing;
  const replaces = progress.kind === 'under_review' || progress.kind === 'approved' ? undefined : open;
  return { choice, reading, approved, progress: progress.kind, replaces, terms };
}

/** How far the same octets have come for a software, with the submission that says so. */
export async function progressOf(
  issuer: Issuer,
  { software, approved }: SoftwareStanding,
  { url, digest }: Snapshot['document'],
): Promise<{ readonly kind: Progress; readonly submission: Submission | undefined }> {
  const isAbout = ({ document }: Submission) => document?.url === url && document.digest === digest;
  if (approved !== undefined && isAbout(approved)) return { kind: 'approved', submission: approved };
  const latest = await issuer.store.submissions(
    { softwareId: software.id },
    { limit: LOOKED_THROUGH },
    'newest',
  );
  const submission = latest.find(isAbout);
  if (submission === undefined) return { kind: 'new', submission };
  if (isOpen(submission.state)) return { kind: 'under_review', submission };
  return { kind: submission.state === 'rejected' ? 'rejected' : 'new', submission };
}

async function standingOf(issuer: Issuer, choice: Choice): Promise<SoftwareStanding> {
  if (choice.kind === 'software') {
    const standing = await issuer.store.software(choice.software.id);
    if (standing === undefined) throw new Error(`software ${choice.software.id} is gone`);
    return standing;
  }
  const software: Software = {
    id: newId(issuer),
    publisherId: choice.publisher.id,
    name: choice.name,
    state: 'active',
    stateReason: null,
    approvedSubmissionId: null,
    createdAt: issuer.clock.now(),
    version: 1,
  };
  return { software, publisher: choice.publisher, approved: undefined };
}

async function developersOf(issuer: Issuer, clientId: string): Promise<readonly string[]> {
  const subject = await issuer.store.clientIdentifier(clientId);
  const members = subject === undefined ? [] : await issuer.store.members(subject.publisherId);
  return members
    .filter(({ person }) => person.state === 'active')
    .slice(0, NAMED)
    .map(({ person }) => person.name);
}
