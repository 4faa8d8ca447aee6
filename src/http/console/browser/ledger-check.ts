/** While a full check of the ledger is going on: its progress without loading the page again. */

const PAUSE_MILLISECONDS = 500;

const bar = document.querySelector<HTMLProgressElement>('[data-progress]');
const words = document.querySelector<HTMLElement>('[data-progress-text]');
const { pathname, search } = location;

// The page at `live` does not come again by itself, so that only this script moves it on.
if (bar !== null && !new URLSearchParams(search).has('live')) location.replace(`${pathname}?live=1`);
else if (bar !== null && words !== null) setTimeout(() => void follow(bar, words), PAUSE_MILLISECONDS);

async function follow(shown: HTMLProgressElement, text: HTMLElement): Promise<void> {
  const progress = await ask();
  if (progress !== undefined && progress.state !== 'running') {
    location.replace(pathname);
    return;
  }
  if (progress !== undefined) {
    shown.max = Math.max(1, progress.total);
    shown.value = progress.checked;
    text.textContent = `${progress.checked.toLocaleString('en')} of ${progress.total.toLocaleString('en')} entries`;
  }
  setTimeout(() => void follow(shown, text), PAUSE_MILLISECONDS);
}

type Progress = { readonly state: string; readonly checked: number; readonly total: number };

/** What the server says; undefined when it does not answer, which the next question may. */
async function ask(): Promise<Progress | undefined> {
  try {
    const response = await fetch(`${pathname}/progress`);
    const value: unknown = await response.json();
    return isProgress(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isProgress(value: unknown): value is Progress {
  return (
    typeof value === 'object' &&
    value !== null &&
    'state' in value &&
    typeof value.state === 'string' &&
    'checked' in value &&
    typeof value.checked === 'number' &&
    'total' in value &&
    typeof value.total === 'number'
  );
}
