/** On every page: copy buttons, forms that are sent once, and a word when the network is away. */

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  const text = button.parentElement?.querySelector('code')?.textContent ?? '';
  // Clipboards are for secure contexts alone; without one the text can still be selected.
  if (!isSecureContext) continue;
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => say(button, 'Copied', label),
      () => say(button, 'Select and copy by hand', label),
    );
  });
}

function say(button: HTMLButtonElement, word: string, label: string): void {
  button.textContent = word;
  setTimeout(() => {
    button.textContent = label;
  }, 2_000);
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[method="post"]'))
  form.addEventListener('submit', (event) => {
    if (form.dataset['sent'] === 'true') event.preventDefault();
    form.dataset['sent'] = 'true';
    // A page that comes back from the browser's cache can be sent again.
    addEventListener('pageshow', () => delete form.dataset['sent'], { once: true });
  });

if (isSecureContext && 'serviceWorker' in navigator) {
  const worker = document.querySelector<HTMLMetaElement>('meta[name="service-worker"]')?.content;
  // Without it, the browser's own page says that the network is away.
  if (worker !== undefined) navigator.serviceWorker.register(worker).catch(() => undefined);
}

const offline = document.querySelector<HTMLElement>('[data-offline]');
function showNetwork(): void {
  if (offline !== null) offline.hidden = navigator.onLine;
}
addEventListener('online', showNetwork);
addEventListener('offline', showNetwork);
showNetwork();
