/** What a person is asked before a client gets in. */
export type SignInRequest = {
  readonly id: string;
  readonly clientName: string;
  readonly redirectHost: string;
  readonly vouchedBy: string | undefined;
};

/** The page: who asks, who vouches for it, where the answer goes. */
export function signInPage({ id, clientName, redirectHost, vouchedBy }: SignInRequest): string {
  const voucher =
    vouchedBy === undefined
      ? '<p>Nobody vouches for this application.</p>'
      : `<p>Reviewed and vouched for by <strong>${text(vouchedBy)}</strong>.</p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in for ${text(clientName)}</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 28rem; margin: 10vh auto; padding: 0 1rem; }
  input, button { font: inherit; padding: .5rem .75rem; width: 100%; box-sizing: border-box; margin-top: .75rem; }
</style>
<h1>${text(clientName)}</h1>
<p>wants to use this server in your name.</p>
${voucher}
<p>You return to <code>${text(redirectHost)}</code>.</p>
<form method="post" action="/sign-in">
  <input type="hidden" name="request" value="${text(id)}">
  <label>Your name <input name="person" required maxlength="100" autocomplete="username"></label>
  <button>Allow</button>
</form>
</html>
`;
}

function text(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
