import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { rolesFor } from '../domain/access.ts';
import type { Issuer } from '../services/issuer.ts';
import type { Endpoint } from './api/endpoint.ts';
import { ENDPOINTS } from './api/table.ts';
import { openapiDocument } from './openapi.ts';
import { PROBLEM_TYPES } from './problem-types.ts';
import { problemResponse } from './problem.ts';
import { requestIdOf } from './request-id.ts';

const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'public, max-age=300',
} as const;

/** The API described twice from one table: for machines at /openapi.json, for people at /docs. */
export function documentation(issuer: Issuer): Hono {
  const router = new Hono();
  const openapi = JSON.stringify(openapiDocument(issuer.identifier));
  router.get(
    '/openapi.json',
    () =>
      new Response(openapi, {
        headers: {
          'content-type': 'application/json',
          'access-control-allow-origin': '*',
          'cache-control': 'public, max-age=300',
          'x-content-type-options': 'nosniff',
        },
      }),
  );
  router.options(
    '/openapi.json',
    () =>
      new Response(null, {
        status: 204,
        headers: { 'access-control-allow-origin': '*', 'access-control-allow-methods': 'GET, HEAD, OPTIONS' },
      }),
  );
  router.get('/docs', async (context) => context.html(await docsPage(issuer.identifier), 200, PAGE_HEADERS));
  router.get(
    '/docs.css',
    () =>
      new Response(STYLE, {
        headers: {
          'content-type': 'text/css; charset=utf-8',
          'cache-control': 'public, max-age=300',
          'x-content-type-options': 'nosniff',
        },
      }),
  );
  router.get('/problems/:code', (context) => {
    const code = context.req.param('code');
    const found = Object.entries(PROBLEM_TYPES).find(([known]) => known === code);
    if (found === undefined)
      return problemResponse(
        { code: 'no_such_resource', path: context.req.path.slice(0, 200) },
        issuer.identifier,
        requestIdOf(context.req.raw, issuer),
      );
    return context.json({ type: `${issuer.identifier}/problems/${found[0]}`, ...found[1] }, 200, {
      'cache-control': 'public, max-age=300',
    });
  });
  return router;
}

function docsPage(identifier: string) {
  const tags = [...new Set(ENDPOINTS.map((endpoint) => endpoint.tag))];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Imprimatur API</title>
        <link rel="stylesheet" href="docs.css" />
      </head>
      <body>
        <header>
          <h1>Imprimatur API</h1>
          <p>
            Issuer <code>${identifier}</code> · keys <a href="${identifier}/jwks"><code>/jwks</code></a> ·
            metadata
            <a
              href="${identifier.replace(/^(https?:\/\/[^/]+)/, '$1/.well-known/oauth-authorization-server')}"
              ><code>/.well-known/oauth-authorization-server</code></a
            >
            · status lists <a href="${identifier}/status-lists"><code>/status-lists</code></a> ·
            machine-readable
            <a href="${identifier}/openapi.json"><code>/openapi.json</code></a>
          </p>
          <p>
            Send <code>Authorization: Bearer imp_…</code>. Times are seconds since the epoch. Lists take
            <code>limit</code> and <code>after</code>. Creating requests take an <code>Idempotency-Key</code>.
            Errors are problem details (RFC 9457) that say what to do next.
          </p>
          <nav aria-label="Sections">${tags.map((tag) => html`<a href="#${tag}">${tag}</a> `)}</nav>
        </header>
        <main>
          ${tags.map(
            (tag) =>
              html`<section aria-labelledby="${tag}">
                <h2 id="${tag}">${tag}</h2>
                ${ENDPOINTS.filter((endpoint) => endpoint.tag === tag).map((endpoint) => entry(endpoint, identifier))}
              </section>`,
          )}
        </main>
      </body>
    </html>`;
}

function entry(endpoint: Endpoint, identifier: string) {
  const path = endpoint.path
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? html`<var>${part}</var>` : part));
  return html`<details>
    <summary>
      <span class="method ${endpoint.method.toLowerCase()}">${endpoint.method}</span> <code>${path}</code>
      <span class="what">${endpoint.summary}</span>
    </summary>
    ${endpoint.description === undefined ? '' : html`<p>${endpoint.description}</p>`}
    <p>
      For <strong>${rolesFor(endpoint.action).join(', ')}</strong> · scope <code>${endpoint.action}</code>
    </p>
    <pre tabindex="0">${raw(escapeHtml(curl(endpoint, identifier)))}</pre>
  </details>`;
}

function curl(endpoint: Endpoint, identifier: string): string {
  const lines = [
    `curl ${endpoint.method === 'GET' ? '' : `-X ${endpoint.method} `}${identifier}${endpoint.path.replaceAll(/[{}]/g, '')}`,
  ];
  lines.push('-H "Authorization: Bearer $IMPRIMATUR_TOKEN"');
  if (endpoint.example?.body !== undefined) {
    lines.push("-H 'Content-Type: application/json'");
    lines.push(`-d '${JSON.stringify(endpoint.example.body, null, 2)}'`);
  }
  return lines.join(' \\\n  ');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const STYLE = `
:root { color-scheme: light dark; --ink: #0f172a; --soft: #475569; --line: #cbd5e1; --paper: #fff; --tint: #f1f5f9; --accent: #4338ca }
@media (prefers-color-scheme: dark) { :root { --ink: #e2e8f0; --soft: #a3b1c6; --line: #334155; --paper: #0b1120; --tint: #131c31; --accent: #a5b4fc } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 60rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
h1 { font-size: 1.6rem; margin: 0 0 .5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; text-transform: capitalize }
a { color: var(--accent) } code, pre, var { font: 0.875em/1.5 ui-monospace, monospace } var { color: var(--accent) } code var { font-size: 1em }
nav a { display: inline-block; margin: 0 .75rem .25rem 0 }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; padding: .1rem .8rem }
summary { cursor: pointer; padding: .5rem 0; overflow-wrap: anywhere } .what { display: block; color: var(--soft); font-size: .925rem }
.method { display: inline-block; min-width: 4.2rem; font: 600 .8rem ui-monospace, monospace } 
pre { background: var(--tint); padding: .8rem; border-radius: 6px; overflow-x: auto }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`;
