import type { Result } from '../../../../domain/result.ts';
import { previewDocument, type DocumentReading } from '../../../../services/documents/preview.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { readSoftware } from '../../../../services/software.ts';
import { submit } from '../../../../services/submit.ts';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { DocumentEditor, type DocumentTold } from './document-view.tsx';
import { versionProblem } from './editor-input.ts';
import { problemAt } from './problem-at.ts';

const PATH = '/console/software/{software_id}/submit-document';

/** Where a Client ID Metadata Document is looked at and sent for review as it is. */
export const documentPages = [
  page({
    method: 'GET',
    path: PATH,
    who: 'submissions:write',
    handle: (call) => view(call, { url: call.query.get('url') ?? '' }),
  }),
  page({
    method: 'POST',
    path: PATH,
    who: 'submissions:write',
    handle: async (call) => {
      const url = call.form.text('url');
      if (url === '') return view(call, { url, urlError: 'Write the URL of the document.' });
      return call.form.text('action') === 'submit' ? send(call, url) : look(call, url);
    },
  }),
];

function idOf({ params }: SignedInCall): string {
  return params['software_id'] ?? '';
}

type Outcome = Promise<Result<PageReply, Refusal>>;

async function look(call: SignedInCall, url: string, told: Partial<DocumentTold> = {}): Outcome {
  const read = await previewDocument(call.issuer, call.visitor.actor, idOf(call), url);
  if (read.ok) return view(call, { url, reading: read.value, ...told });
  const urlError = problemAt(read.error, '/client_id');
  return urlError === undefined ? read : view(call, { url, urlError });
}

async function send(call: SignedInCall, url: string): Outcome {
  const { issuer, visitor, form } = call;
  const version = form.text('software_version');
  const versionError = version === '' ? undefined : versionProblem(version);
  if (versionError !== undefined) return look(call, url, { versionError });
  const note = form.text('note');
  const digest = form.text('digest');
  const sent = await submit(issuer, visitor.actor, idOf(call), {
    clientId: url,
    softwareVersion: version === '' ? undefined : version,
    note: note === '' ? undefined : note,
    expectedDigest: digest === '' ? undefined : digest,
  });
  if (sent.ok) return go(`/console/submissions/${sent.value.id}`, 'submitted');
  const { error } = sent;
  switch (error.code) {
    case 'invalid_client_metadata':
      return look(call, url);
    case 'software_version_taken':
      return look(call, url, {
        versionError: `Version ${error.softwareVersion} was submitted already. Write another, or none.`,
        status: 409,
      });
    case 'client_id_taken':
      return view(call, {
        url,
        urlError: 'This URL speaks for another software already. A document is about one software.',
        status: 409,
      });
    default: {
      const changed = problemAt(error, '/digest');
      if (changed !== undefined) return look(call, url, { changed });
      const urlError = problemAt(error, '/client_id');
      return urlError === undefined ? sent : view(call, { url, urlError });
    }
  }
}

async function view(
  call: SignedInCall,
  told: DocumentTold & { readonly reading?: DocumentReading },
): Outcome {
  const standing = await readSoftware(call.issuer, call.visitor.actor, idOf(call));
  if (!standing.ok) return standing;
  const isWrong = [told.urlError, told.versionError, told.changed].some((one) => one !== undefined);
  return show({
    title: `Submit the document of ${standing.value.software.name}`,
    status: told.status ?? (isWrong ? 422 : 200),
    body: (
      <DocumentEditor
        standing={standing.value}
        told={told}
        reading={told.reading}
        version={call.form.raw('software_version')}
        note={call.form.raw('note')}
      />
    ),
  });
}
