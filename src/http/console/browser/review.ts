/** Single keys on the review pages: among the rows of the queue, to the parts of a decision, and on to the next. */

const STORED = 'imprimatur.single-keys';
const keys = document.querySelector<HTMLDetailsElement>('#keys');
const chosen = document.querySelector<HTMLInputElement>('#single-keys');

if (keys !== null) keys.hidden = false;
if (chosen !== null) {
  chosen.checked = remembered() !== 'off';
  chosen.addEventListener('change', () => remember(chosen.checked ? 'on' : 'off'));
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  if (chosen?.checked === false) return;
  if (act(event.key)) event.preventDefault();
});

/** Does what a key stands for; false for a key that stands for nothing here. */
function act(key: string): boolean {
  switch (key) {
    case 'n':
      return follow(document.querySelector<HTMLAnchorElement>('a.next-review'));
    case 'a':
      return choose('approve');
    case 'r':
      return choose('reject');
    case 'c':
      return choose('request_changes');
    case 'j':
      return moveBy(1);
    case 'k':
      return moveBy(-1);
    case '?':
      return showKeys();
    default:
      return false;
  }
}

function follow(link: HTMLAnchorElement | null): boolean {
  link?.click();
  return link !== null;
}

function choose(verdict: string): boolean {
  const choice = document.querySelector<HTMLInputElement>(`#verdict-${verdict}`);
  if (choice === null) return false;
  choice.checked = true;
  choice.focus();
  return true;
}

function moveBy(step: 1 | -1): boolean {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('a.queue-link')];
  const at = links.findIndex((link) => link === document.activeElement);
  const next = at === -1 ? (step === 1 ? 0 : links.length - 1) : at + step;
  links[Math.min(Math.max(next, 0), links.length - 1)]?.focus();
  return links.length > 0;
}

function showKeys(): boolean {
  if (keys === null) return false;
  keys.open = !keys.open;
  keys.scrollIntoView({ block: 'nearest' });
  if (keys.open) keys.querySelector<HTMLElement>('summary')?.focus();
  return true;
}

/** Letters that are typed into a field are meant for it; a radio button or a check box takes none. */
function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'submit', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

// A browser that keeps nothing for a site refuses the whole storage.
function remembered(): string | null {
  try {
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

function remember(choice: 'on' | 'off'): void {
  try {
    localStorage.setItem(STORED, choice);
  } catch {
    // It holds for this page then.
  }
}
