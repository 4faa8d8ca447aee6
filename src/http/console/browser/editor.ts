/** Findings at the field while somebody types, and a draft that keeps itself. Without it the buttons of the form do the same. */

type Said = {
  readonly places: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly changes: string;
};

const CHECK_MILLISECONDS = 400;
const KEEP_MILLISECONDS = 2_500;

/** What stands in each place, by its selector. */
const shown = new Map<string, string>();

const form = document.querySelector<HTMLFormElement>('#editor');
const place = document.querySelector<HTMLElement>('[data-editor]');
const kept = document.querySelector<HTMLElement>('[data-kept]');
if (form !== null && place !== null) watch(form, place.dataset['check'] ?? '', place.dataset['draft'] ?? '');

function watch(editor: HTMLFormElement, checkAt: string, draftAt: string): void {
  let latest = 0;
  let hasConflict = false;
  let keeping: Promise<void> = Promise.resolve();
  const check = later(CHECK_MILLISECONDS, async () => {
    latest += 1;
    const mine = latest;
    const answer = await send(checkAt, editor);
    // Answers may overtake each other: only the newest counts.
    if (mine !== latest || answer?.ok !== true) return;
    const said: Said = await answer.json();
    for (const [name, markup] of Object.entries(said.places))
      put(`[data-said="${CSS.escape(name)}"]`, markup);
    put('[data-summary]', said.summary);
    put('[data-changes]', said.changes);
  });
  const keep = later(KEEP_MILLISECONDS, () => {
    // One save after the other, because each names the version of the one before.
    keeping = keeping.then(keepNow);
    return keeping;
  });
  async function keepNow(): Promise<void> {
    if (hasConflict) return;
    const answer = await send(draftAt, editor);
    if (answer?.ok === true) {
      const { kept: isKept, version }: { readonly kept: boolean; readonly version?: number } =
        await answer.json();
      if (!isKept) return tell('The draft is saved again once every field can be read.');
      const over = editor.elements.namedItem('over');
      if (over instanceof HTMLInputElement) over.value = String(version);
      return tell('Draft saved.');
    }
    hasConflict = answer?.status === 412;
    return tell(
      hasConflict
        ? 'Somebody else has changed the draft. Yours is on this page alone; press “Save the draft” to see theirs.'
        : 'The draft could not be saved. It stands on this page alone.',
    );
  }
  editor.addEventListener('input', (event) => {
    // The address of a document is no part of what is written.
    if (event.target instanceof HTMLElement && event.target.id === 'url') return;
    tell('');
    check();
    keep();
  });
}

/** Waits until nothing has happened for a while. */
function later(milliseconds: number, work: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => void work(), milliseconds);
  };
}

async function send(path: string, editor: HTMLFormElement): Promise<Response | undefined> {
  const fields = [...new FormData(editor)].filter(([, value]) => typeof value === 'string');
  try {
    return await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ fields }),
    });
  } catch {
    return undefined;
  }
}

/** Puts markup that this server wrote into its place; what is the same as before is left, so that nothing is read out twice. */
function put(selector: string, markup: string): void {
  const element = document.querySelector(selector);
  if (element === null || shown.get(selector) === markup) return;
  shown.set(selector, markup);
  element.innerHTML = markup;
}

function tell(text: string): void {
  if (kept !== null) kept.textContent = text;
}
