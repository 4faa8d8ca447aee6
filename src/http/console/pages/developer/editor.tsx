import { ok, type Result } from '../../../../domain/result.ts';
import { discardDraft, draftSubmitted, readDraft, saveDraft } from '../../../../services/drafts.ts';
import { fetchMetadataDocument } from '../../../../services/fetch-metadata-document.ts';
import { preview } from '../../../../services/preview.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { submit } from '../../../../services/submit.ts';
import { formOf } from '../../form.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Name } from '../../components/text.tsx';
import { go, json, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { beginWork } from './editor-begin.ts';
import { fragmentsOf, type Said } from './editor-findings.tsx';
import { EditorView, type EditorTold } from './editor-view.tsx';
import { inMode, withMetadata, workSent, type EditorWork } from './editor-work.ts';
import { problemAt } from './problem-at.ts';
import { pairsOf, versionProblem } from './editor-input.ts';

const PATH = '/console/software/{software_id}/submit';

/** Where client metadata is written down, checked while it is typed, kept as a draft, and submitted. */
export const editorPages = [
  page({
    method: 'GET',
    path: PATH,
    who: 'submissions:write',
    handle: async (call) => {
      const { issuer, visitor, query } = call;
      const begun = await beginWork(issuer, visitor.actor, idOf(call), {
        from: query.get('from') ?? undefined,
        mode: query.get('mode') === 'json' ? 'json' : 'form',
      });
      return begun.ok ? view(call, begun.value.work, { origin: begun.value.origin }) : begun;
    },
  }),
  page({ method: 'POST', path: PATH, who: 'submissions:write', handle: (call) => act(call) }),
  page({
    method: 'GET',
    path: `${PATH}/discard`,
    who: 'submissions:write',
    handle: async (call) => {
      const { issuer, visitor } = call;
      const desk = await readDraft(issuer, visitor.actor, idOf(call));
      if (!desk.ok) return desk;
      const { software } = desk.value.standing;
      const place = `/console/software/${software.id}`;
      return show({
        title: 'Throw the draft away',
        body: (
          <Confirm
            title="Throw the draft away"
            above={{ href: place, label: <Name>{software.name}</Name> }}
            effect="What was written is gone for everybody who writes for this publisher. What is submitted or approved stays as it is."
            action={`${place}/submit/discard`}
            button="Throw it away"
            cancel={`${place}/submit`}
          />
        ),
      });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/discard`,
    who: 'submissions:write',
    handle: async (call) => {
      const { issuer, visitor } = call;
      const discarded = await discardDraft(issuer, visitor.actor, idOf(call));
      return discarded.ok ? go(`/console/software/${idOf(call)}`, 'draft_discarded') : discarded;
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/check`,
    body: 'json',
    who: 'submissions:write',
    handle: async (call) => {
      const { issuer } = call;
      const work = workSent(formOf(pairsOf(call.json)));
      const said = await read(call, work);
      if (!said.ok) return said;
      const base = new URL(issuer.identifier).pathname.replace(/\/$/, '');
      return json(await fragmentsOf(work.mode, said.value, { base, now: issuer.clock.now() }));
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/draft`,
    body: 'json',
    who: 'submissions:write',
    handle: async (call) => {
      const { issuer, visitor } = call;
      const work = workSent(formOf(pairsOf(call.json)));
      // A field that cannot be read would be lost from the text that is kept.
      if (work.mode === 'form' && Object.keys(work.problems).length > 0) return json({ kept: false });
      const saved = await saveDraft(issuer, visitor.actor, idOf(call), work, work.over);
      return saved.ok ? json({ kept: true, version: saved.value.version }) : saved;
    },
  }),
];

function idOf({ params }: SignedInCall): string {
  return params['software_id'] ?? '';
}

type Outcome = Promise<Result<PageReply, Refusal>>;

/** What the button that was pressed asks for. */
function act(call: SignedInCall): Outcome {
  const work = workSent(call.form);
  switch (call.form.text('action')) {
    case 'submit':
      return send(call, work);
    case 'save':
      return save(call, work);
    case 'fetch':
      return fetchInto(call, work);
    case 'json':
      return view(call, inMode(work, 'json'));
    case 'form':
      return view(call, inMode(work, 'form'));
    default:
      return view(call, work);
  }
}

async function send(call: SignedInCall, work: EditorWork): Outcome {
  const { issuer, visitor } = call;
  const problem = versionProblem(work.softwareVersion);
  if (problem !== undefined) return view(call, work, { versionError: problem, status: 422 });
  if (work.metadata === undefined || Object.keys(work.problems).length > 0)
    return view(call, work, { status: 422 });
  const sent = await submit(issuer, visitor.actor, idOf(call), {
    softwareVersion: work.softwareVersion,
    metadata: work.metadata,
    note: work.note === '' ? undefined : work.note,
  });
  if (sent.ok) {
    await draftSubmitted(issuer, idOf(call), work.over);
    return go(`/console/submissions/${sent.value.id}`, 'submitted');
  }
  const { error } = sent;
  if (error.code === 'invalid_client_metadata') return view(call, work, { status: 422 });
  if (error.code === 'software_version_taken')
    return view(call, work, {
      versionError: `Version ${error.softwareVersion} was submitted already. Write a higher one.`,
      status: 409,
    });
  return sent;
}

async function save(call: SignedInCall, work: EditorWork): Outcome {
  const { issuer, visitor } = call;
  if (work.mode === 'form' && Object.keys(work.problems).length > 0) return view(call, work, { status: 422 });
  const saved = await saveDraft(issuer, visitor.actor, idOf(call), work, work.over);
  if (saved.ok)
    return go(
      `/console/software/${idOf(call)}/submit${work.mode === 'json' ? '?mode=json' : ''}`,
      'draft_saved',
    );
  const { error } = saved;
  if (error.code === 'version_mismatch')
    // Sent again, it is saved over the other one, which its writer has seen by then.
    return view(call, { ...work, over: error.current }, { isConflict: true, status: 409 });
  const tooLong = problemAt(error, '/client_metadata') ?? problemAt(error, '/note');
  if (tooLong !== undefined) return view(call, work, { draftError: tooLong, status: 422 });
  const version = problemAt(error, '/software_version');
  return version === undefined ? saved : view(call, work, { versionError: version, status: 422 });
}

async function fetchInto(call: SignedInCall, work: EditorWork): Outcome {
  const { issuer, visitor, form } = call;
  const url = form.text('url');
  const fetched = await fetchMetadataDocument(issuer, visitor.actor, idOf(call), url);
  if (fetched.ok) return view(call, withMetadata(work, fetched.value.metadataText), { fetchedFrom: url });
  const urlError = problemAt(fetched.error, '/url');
  return urlError === undefined ? fetched : view(call, work, { url, urlError, status: 422 });
}

/** What the rules say of the work; nothing is stored. */
async function read(call: SignedInCall, work: EditorWork): Promise<Result<Said, Refusal>> {
  const { issuer, visitor } = call;
  if (work.metadata === undefined) return ok({ problems: work.problems, reading: undefined });
  const reading = await preview(issuer, visitor.actor, idOf(call), work.metadata);
  return reading.ok ? ok({ problems: work.problems, reading: reading.value }) : reading;
}

async function view(
  call: SignedInCall,
  work: EditorWork,
  told: EditorTold & { readonly status?: number } = {},
): Outcome {
  const { issuer, visitor } = call;
  const [desk, said] = await Promise.all([readDraft(issuer, visitor.actor, idOf(call)), read(call, work)]);
  if (!desk.ok) return desk;
  if (!said.ok) return said;
  const { standing, draft } = desk.value;
  const author = draft === undefined ? undefined : await issuer.store.person(draft.updatedBy);
  return show({
    title: `Submit ${standing.software.name}`,
    status: told.status ?? 200,
    scripts: ['editor'],
    body: (
      <EditorView
        standing={standing}
        draft={draft}
        draftAuthor={author?.name}
        work={work}
        said={said.value}
        told={told}
      />
    ),
  });
}
