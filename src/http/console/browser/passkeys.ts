import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

/**
 * Forms that are sent with a passkey. `data-passkey` says whether one is made or shown; `data-begin` gives the options, `data-finish` takes the
 * answer with the fields of the form, and the browser goes on to `data-next`.
 */

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) {
  const button = form.querySelector<HTMLButtonElement>('button');
  const status = form.querySelector<HTMLElement>('[role="status"]');
  if (button === null || status === null) continue;
  button.hidden = false;
  if (!browserSupportsWebAuthn()) {
    button.disabled = true;
    status.textContent = 'This browser has no passkeys. Use another, or a newer version of this one.';
    continue;
  }
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!button.disabled) void run(form, button, status);
  });
}

async function run(form: HTMLFormElement, button: HTMLButtonElement, status: HTMLElement): Promise<void> {
  button.disabled = true;
  status.textContent = 'Your device asks you now…';
  try {
    location.assign(await send(form));
  } catch (error) {
    button.disabled = false;
    status.textContent = wordsFor(error);
  }
}

/** What the server refused, in its own words. */
class Refused extends Error {}

async function send(form: HTMLFormElement): Promise<string> {
  const { passkey, begin = '', finish = '', next = '', stepUp = '' } = form.dataset;
  const fields = Object.fromEntries(new FormData(form));
  const begun = await post(begin, fields, stepUp);
  if (begun.leave !== undefined) return begun.leave;
  const options = isObject(begun.value) ? begun.value['options'] : undefined;
  const response =
    passkey === 'create' && isCreation(options)
      ? await startRegistration({ optionsJSON: options })
      : passkey === 'get' && isRequest(options)
        ? await startAuthentication({ optionsJSON: options })
        : undefined;
  if (response === undefined) throw new Error('the server answered with something else');
  const finished = await post(finish, { ...fields, response }, stepUp);
  return finished.leave ?? next;
}

type Answer = { readonly value?: unknown; readonly leave?: string };

/** @param stepUp where to go when the sign-in is too long ago for this; empty where that cannot be */
async function post(url: string, body: object, stepUp: string): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  });
  const value: unknown = await answer.json();
  if (answer.ok) return { value };
  const problem = isObject(value) ? value : {};
  if (stepUp !== '' && String(problem['type']).endsWith('/step_up_needed')) return { leave: stepUp };
  throw new Refused(detailOf(problem));
}

/** The detail of a problem (RFC 9457), with what is wrong with each field. */
function detailOf(problem: Readonly<Record<string, unknown>>): string {
  const errors = Array.isArray(problem['errors']) ? problem['errors'] : [];
  const fields = errors
    .filter(isObject)
    .map(
      ({ pointer, detail }) =>
        `${String(pointer).replace(/^\//, '').replaceAll('_', ' ')} ${String(detail)}.`,
    );
  return fields.length > 0 ? fields.join(' ') : String(problem['detail']);
}

function wordsFor(error: unknown): string {
  if (error instanceof Refused) return error.message;
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError')
    return 'Your device gave no answer: it was cancelled, it took too long, or it holds no passkey of this issuer. Try again.';
  if (name === 'InvalidStateError')
    return 'This device holds a passkey of this issuer already. Sign in with it, or use another device.';
  if (error instanceof TypeError) return 'The issuer did not answer. Check your connection, then try again.';
  return 'That did not work. Try again, or use another device.';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCreation(value: unknown): value is PublicKeyCredentialCreationOptionsJSON {
  return isObject(value) && typeof value['challenge'] === 'string' && isObject(value['rp']);
}

function isRequest(value: unknown): value is PublicKeyCredentialRequestOptionsJSON {
  return isObject(value) && typeof value['challenge'] === 'string' && !isObject(value['rp']);
}
