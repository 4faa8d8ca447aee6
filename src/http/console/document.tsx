import type { SignedIn } from '../../services/sign-in/sessions.ts';
import { ICON, scriptFile, STYLESHEET } from './assets/assets.ts';
import { A, useHere, Within, type Here } from './components/here.tsx';
import { Notice } from './components/parts.tsx';
import { Name } from './components/text.tsx';
import { Form } from './components/form.tsx';
import type { SaidFirst } from './notices.ts';
import type { Shown } from './page.ts';
import { render } from './render.ts';
import { sectionsFor } from './sections.ts';

/** What a whole page is made from. */
export type Written = {
  readonly here: Here;
  readonly shown: Shown;
  /** Path of the page, below the issuer. */
  readonly path: string;
  readonly notice: SaidFirst | undefined;
  readonly visitor: SignedIn | undefined;
  /** Who vouches here: the issuer's host. */
  readonly issuerName: string;
};

/** A page as it is sent. */
export async function writeDocument(written: Written): Promise<string> {
  const text = await render(
    <Within here={written.here}>
      <Document {...written} />
    </Within>,
  );
  return `<!doctype html>${text}`;
}

function Document({ shown, path, notice, visitor, issuerName }: Written) {
  const { base } = useHere();
  const scripts = ['console' as const, ...(shown.scripts ?? [])];
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${shown.title} · ${issuerName}`}</title>
        <meta name="service-worker" content={`${base}/service-worker.js`} />
        <link rel="stylesheet" href={`${base}/assets/${STYLESHEET.name}`} />
        <link rel="icon" type="image/svg+xml" href={`${base}/assets/${ICON.name}`} />
        {shown.alternate === undefined ? null : (
          <link rel="alternate" type="application/json" href={`${base}${shown.alternate}`} />
        )}
        {scripts.map((name) => (
          <script src={`${base}/assets/${scriptFile(name)}`} defer></script>
        ))}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <div class="top">
          <header class="top-row">
            <A href="/" class="brand">
              <img src={`${base}/assets/${ICON.name}`} alt="" width="26" height="26" />
              <span>Imprimatur</span>
            </A>
            <nav class="nav" aria-label="Sections">
              {sectionsFor(visitor?.actor, path).map(({ href, label, current }) => (
                <A href={href} current={current}>
                  {label}
                </A>
              ))}
            </nav>
            <Who visitor={visitor} />
          </header>
        </div>
        <p class="offline" data-offline hidden role="status">
          You are offline. What you send now will not arrive; this page is as it was when it was loaded.
        </p>
        <main id="main">
          {notice === undefined ? null : (
            <Notice tone={notice.tone} alert>
              {notice.text}
            </Notice>
          )}
          {shown.body}
        </main>
        <footer class="foot">
          <span>{issuerName}</span>
          <A href="/docs">API</A>
          <A href="/catalogue">Catalogue</A>
          <A href="/check">Check a statement</A>
        </footer>
      </body>
    </html>
  );
}

function Who({ visitor }: { readonly visitor: SignedIn | undefined }) {
  if (visitor === undefined)
    return (
      <div class="who">
        <A href="/sign-in">Sign in</A>
      </div>
    );
  return (
    <div class="who">
      <A href="/console/account">
        <Name>{visitor.person.name}</Name>
      </A>
      <Form action="/sign-out" class="sign-out" label="Sign out">
        <button type="submit">Sign out</button>
      </Form>
    </div>
  );
}
