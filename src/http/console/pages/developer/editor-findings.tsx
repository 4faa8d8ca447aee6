import type { Child } from 'hono/jsx';
import { gatherChanges } from '../../../../domain/client-metadata/gather-changes.ts';
import type { Finding } from '../../../../domain/client-metadata/finding.ts';
import type { Reading } from '../../../../services/preview.ts';
import { Difference } from '../../components/difference.tsx';
import { Within, type Here } from '../../components/here.tsx';
import { Badge, counted } from '../../components/text.tsx';
import { render } from '../../render.ts';
import { FindingsInBrief } from '../reviewer/review-parts.tsx';
import { EDITOR_FIELDS, OTHER } from './editor-fields.ts';
import { METADATA_TEXT, type EditorWork } from './editor-work.ts';

/** The place of findings that belong to no field. */
export const GENERAL = 'general';

/** What is said at each field, at the end, and of the whole. */
export type Said = {
  readonly problems: EditorWork['problems'];
  readonly reading: Reading | undefined;
};

const OWN: ReadonlySet<string> = new Set(EDITOR_FIELDS.map(({ member }) => member));

/** Every place where something may be said, in the order of the page. */
export function placesOf(mode: EditorWork['mode']): readonly string[] {
  return mode === 'json' ? [METADATA_TEXT, GENERAL] : [...OWN, OTHER, GENERAL];
}

/** Where a finding is shown: at the field of its member. */
function placeOf({ pointer }: Finding, mode: EditorWork['mode']): string {
  if (mode === 'json' || pointer === '') return GENERAL;
  const member = (pointer.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
  return OWN.has(member) ? member : OTHER;
}

/** What is said at one place. */
export function SaidAt(props: {
  readonly place: string;
  readonly mode: EditorWork['mode'];
  readonly said: Said;
}) {
  const { place, mode, said } = props;
  const problem = said.problems[place];
  const findings = (said.reading?.findings ?? []).filter((finding) => placeOf(finding, mode) === place);
  return (
    <>
      {problem === undefined ? null : <p class="error">{problem}</p>}
      {findings.length === 0 ? null : <FindingsInBrief findings={findings} />}
    </>
  );
}

/** How it stands altogether, in a sentence. */
export function Summary({ said }: { readonly said: Said }) {
  const { reading } = said;
  if (reading === undefined || Object.keys(said.problems).length > 0)
    return (
      <>
        <Badge tone="bad">cannot be read</Badge> Something above cannot be read yet.
      </>
    );
  const count = (severity: Finding['severity']) =>
    reading.findings.filter((finding) => finding.severity === severity).length;
  const errors = count('error');
  const warnings = count('warning');
  return errors > 0 ? (
    <>
      <Badge tone="bad">{counted(errors, 'error')}</Badge> Put {errors === 1 ? 'it' : 'them'} right before you
      submit.
    </>
  ) : (
    <>
      <Badge tone="good">can be submitted</Badge>{' '}
      {warnings === 0
        ? 'The rules have nothing against it.'
        : `With ${counted(warnings, 'warning')}, which a reviewer will see.`}
    </>
  );
}

/** What it would change against the approval that stands. */
export function Changes({ said }: { readonly said: Said }) {
  const { reading } = said;
  return reading?.metadata === undefined ? (
    <p class="none">Shown as soon as no error is left.</p>
  ) : (
    <Difference changes={gatherChanges(reading.changes)} />
  );
}

/** The same as markup, for the script that puts it in its place while somebody types. */
export async function fragmentsOf(
  mode: EditorWork['mode'],
  said: Said,
  here: Here,
): Promise<{
  readonly places: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly changes: string;
}> {
  const places = await Promise.all(
    placesOf(mode).map(async (place) => [
      place,
      await markup(<SaidAt place={place} mode={mode} said={said} />, here),
    ]),
  );
  return {
    places: Object.fromEntries(places),
    summary: await markup(<Summary said={said} />, here),
    changes: await markup(<Changes said={said} />, here),
  };
}

/** A part of a page, as it is sent. */
function markup(content: Child, here: Here): Promise<string> {
  return render(<Within here={here}>{content}</Within>);
}
