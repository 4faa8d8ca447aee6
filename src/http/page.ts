import { html } from 'hono/html';

/** What every page for people is sent with: no script, no foreign origin, nothing framed. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'public, max-age=300',
} as const;

type Html = ReturnType<typeof html>;

/**
 * A whole page.
 *
 * @param stylesheet address of PAGE_STYLE, relative to the page
 */
export function page(title: string, stylesheet: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="${stylesheet}" />
      </head>
      <body>
        ${content}
      </body>
    </html>`;
}

export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #0f172a; --soft: #475569; --line: #cbd5e1; --paper: #fff; --tint: #f1f5f9; --accent: #4338ca }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e8f0; --soft: #a3b1c6; --line: #334155; --paper: #0b1120; --tint: #131c31; --accent: #a5b4fc } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
h1 { font-size: 1.6rem; margin: 0 0 .5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem } h2::first-letter { text-transform: uppercase }
h3 { font-size: .875rem; margin: 1rem 0 .25rem; color: var(--soft) }
a { color: var(--accent) } code, pre, var { font: 0.875em/1.5 ui-monospace, monospace } var { color: var(--accent) } code var { font-size: 1em }
code { overflow-wrap: anywhere }
nav a { display: inline-block; margin: 0 .75rem .25rem 0 }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; padding: .1rem .8rem }
summary { cursor: pointer; padding: .5rem 0; overflow-wrap: anywhere } .what { display: block; color: var(--soft); font-size: .925rem }
.method { display: inline-block; min-width: 4.2rem; font: 600 .8rem ui-monospace, monospace }
pre { background: var(--tint); padding: .8rem; border-radius: 6px; overflow-x: auto; margin: 0 0 .8rem }
dt { font-weight: 600 } dd { margin: 0 0 .5rem; color: var(--soft) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`;
