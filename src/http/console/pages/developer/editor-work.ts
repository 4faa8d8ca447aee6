import type { Draft } from '../../../../domain/draft.ts';
import { isJsonObject, parseJson, type JsonValue } from '../../../../domain/json.ts';
import type { DraftText } from '../../../../services/drafts.ts';
import type { Form } from '../../form.ts';
import { jsonProblem, metadataOf, valuesOf, valuesSent, type EditorValues } from './editor-fields.ts';

export type EditorMode = 'form' | 'json';

/** What somebody is writing, as it stands on the page. */
export type EditorWork = {
  readonly mode: EditorMode;
  readonly softwareVersion: string;
  readonly note: string;
  /** JSON text, as it is kept in a draft and shown in JSON mode. */
  readonly metadataText: string;
  readonly values: EditorValues;
  /** What could be read; undefined for text that is no JSON. */
  readonly metadata: JsonValue | undefined;
  /** Fields that could not be read. In JSON mode the field is `metadata_text`. */
  readonly problems: Readonly<Record<string, string>>;
  /** Version of the draft this was made from; 0 for none. */
  readonly over: number;
};

/** The field of JSON mode. */
export const METADATA_TEXT = 'metadata_text';
const MAX_DEPTH = 20;

/** Work from what was kept or submitted; text that is no JSON object opens in JSON mode. */
export function workOn(text: DraftText, over: number, wanted: EditorMode): EditorWork {
  const read = readText(text.metadataText);
  const isObject = isJsonObject(read.metadata);
  return {
    mode: isObject ? wanted : 'json',
    softwareVersion: text.softwareVersion,
    note: text.note,
    metadataText: text.metadataText,
    values: isJsonObject(read.metadata) ? valuesOf(read.metadata) : {},
    ...read,
    over,
  };
}

/** Work as a form sent it. */
export function workSent(form: Form): EditorWork {
  const mode = form.text('mode') === 'json' ? 'json' : 'form';
  const over = Number(form.text('over'));
  const common = {
    softwareVersion: form.text('software_version'),
    note: form.text('note'),
    over: Number.isSafeInteger(over) && over >= 0 ? over : 0,
  };
  if (mode === 'json')
    return workOn({ ...common, metadataText: form.raw(METADATA_TEXT) }, common.over, 'json');
  const values = valuesSent(form);
  const { metadata, problems } = metadataOf(values);
  return {
    ...common,
    mode,
    values,
    metadata,
    problems,
    metadataText: JSON.stringify(metadata, null, 2),
  };
}

/** The same work with other metadata, as text. */
export function withMetadata(work: EditorWork, metadataText: string): EditorWork {
  return workOn({ ...work, metadataText }, work.over, work.mode);
}

/** The same work in the other mode; where a field cannot be read it stays, so that nothing typed is lost. */
export function inMode(work: EditorWork, mode: EditorMode): EditorWork {
  if (Object.keys(work.problems).length > 0) return work;
  return workOn(work, work.over, mode);
}

/** Work on a draft. */
export function workOnDraft(draft: Draft, mode: EditorMode): EditorWork {
  return workOn(draft, draft.version, mode);
}

function readText(text: string): Pick<EditorWork, 'metadata' | 'problems'> {
  if (text.trim() === '') return { metadata: {}, problems: {} };
  const parsed = parseJson(text, { maxDepth: MAX_DEPTH });
  return parsed.ok
    ? { metadata: parsed.value, problems: {} }
    : { metadata: undefined, problems: { [METADATA_TEXT]: jsonProblem(text, parsed.error) } };
}
