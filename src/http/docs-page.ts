import { html, raw } from 'hono/html';
import { rolesFor } from '../domain/access.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Endpoint } from './api/endpoint.ts';
import { ENDPOINTS } from './api/table.ts';
import { exampleOf } from './example-reply.ts';
import { PROTOCOL_ENDPOINTS, type ProtocolEndpoint } from './oauth/table.ts';
import { page } from './page.ts';
import { PROBLEM_TYPES } from './problem-types.ts';
import { PUBLIC_ENDPOINTS, publicPath, type PublicEndpoint } from './public-table.ts';

/** The API for people: every endpoint with who may call it, a request to copy and the reply to expect. */
export function docsPage(identifier: string) {
  const groups = Map.groupBy(ENDPOINTS, ({ tag }) => tag);
  const publicGroups = Map.groupBy(PUBLIC_ENDPOINTS, ({ tag }) => tag);
  const names = [...groups.keys(), 'OAuth', ...publicGroups.keys()];
  return page(
    'Imprimatur API',
    'docs.css',
    html`<header>
        <h1>Imprimatur API</h1>
        <p>
          Issuer <code>${identifier}</code> · machine-readable
          <a href="${identifier}/openapi.json"><code>/openapi.json</code></a> · keys
          <a href="${identifier}/jwks"><code>/jwks</code></a>
        </p>
        <dl>
          <dt>Tokens</dt>
          <dd>
            Send <code>Authorization: Bearer imp_…</code>. A token may do less than its person, never more.
          </dd>
          <dt>Times</dt>
          <dd>Seconds since the epoch.</dd>
          <dt>Lists</dt>
          <dd>
            <code>limit</code> and <code>after</code>; <code>next</code> in the reply and
            <code>Link: rel="next"</code> lead on.
          </dd>
          <dt>Repeats</dt>
          <dd>
            With an <code>Idempotency-Key</code>, a repeated request that creates something gives what the
            first one made.
          </dd>
          <dt>Changes</dt>
          <dd>
            With the <code>ETag</code> of what you read in <code>If-Match</code>, a change that somebody else
            overtook is refused.
          </dd>
          <dt>Problems</dt>
          <dd>
            Problem details (RFC 9457): what happened and what to do next.
            <a href="#problems">All of them</a>.
          </dd>
        </dl>
        <nav aria-label="Sections">
          ${[...names, 'problems'].map((name) => html`<a href="#${anchorOf(name)}">${name}</a> `)}
        </nav>
      </header>
      <main>
        ${[...groups].map(([tag, endpoints]) =>
          section(
            tag,
            endpoints.map((endpoint) => entry(endpoint, identifier)),
          ),
        )}
        ${section(
          'OAuth',
          PROTOCOL_ENDPOINTS.map((endpoint) => protocolEntry(endpoint, identifier)),
        )}
        ${[...publicGroups].map(([tag, endpoints]) =>
          section(
            tag,
            endpoints.map((endpoint) => publicEntry(endpoint, identifier)),
          ),
        )}
        ${section('problems', [
          html`<ul>
            ${Object.entries(PROBLEM_TYPES).map(
              ([code, { status, title }]) =>
                html`<li>
                  ${status} <a href="${identifier}/problems/${code}"><code>${code}</code></a> ${title}
                </li>`,
            )}
          </ul>`,
        ])}
      </main>`,
  );
}

type Html = ReturnType<typeof html>;

function section(name: string, entries: readonly Html[]): Html {
  const anchor = anchorOf(name);
  return html`<section aria-labelledby="${anchor}">
    <h2 id="${anchor}">${name}</h2>
    ${entries}
  </section>`;
}

function anchorOf(name: string): string {
  return name.replaceAll(' ', '-');
}

function entry(endpoint: Endpoint, identifier: string): Html {
  const { method, path, summary, description, action, status, reply, example, creates, versioned } = endpoint;
  const headers = [
    ...(creates === true ? ['Idempotency-Key'] : []),
    ...(versioned === true ? ['If-Match'] : []),
  ];
  return html`<details>
    ${heading(method, path, summary)} ${description === undefined ? '' : html`<p>${description}</p>`}
    <p>
      For <strong>${rolesFor(action).join(', ')}</strong> · scope <code>${action}</code>
      ${headers.map((header) => html` · takes <code>${header}</code>`)}
    </p>
    <h3>Request</h3>
    ${preformatted(curl(endpoint, identifier))}
    <h3>Reply, ${status}${reply === undefined && status === 204 ? ', empty' : ''}</h3>
    ${reply === undefined ? '' : preformatted(shown(exampleOf(reply, example?.reply)))}
  </details>`;
}

function protocolEntry(
  { method, path, summary, description, example }: ProtocolEndpoint,
  identifier: string,
): Html {
  const fields = Object.entries(example).map(([name, value]) => `--data-urlencode '${name}=${value}'`);
  return html`<details>
    ${heading(method, path, summary)}
    <p>${description}</p>
    ${preformatted(
      method === 'GET'
        ? `${identifier}${path}?${new URLSearchParams(example).toString().replaceAll('&', '\n  &')}`
        : [`curl ${shellUrl(`${identifier}${path}`)}`, ...fields].join(' \\\n  '),
    )}
  </details>`;
}

function publicEntry(endpoint: PublicEndpoint, identifier: string): Html {
  const host = new URL(identifier).origin;
  const path = publicPath(endpoint, identifier.slice(host.length));
  return html`<details>
    ${heading('GET', path, endpoint.summary)}
    <p>For <strong>anybody</strong> · <code>${endpoint.replyType}</code></p>
    ${preformatted(`curl ${shellUrl(`${host}${path}`)}`)}
  </details>`;
}

function heading(method: string, path: string, summary: string): Html {
  const parts = path
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? html`<var>${part}</var>` : part));
  return html`<summary>
    <span class="method">${method}</span> <code>${parts}</code>
    <span class="what">${summary}</span>
  </summary>`;
}

function curl({ method, path, example }: Endpoint, identifier: string): string {
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${shellUrl(`${identifier}${path}`)}`,
    '-H "Authorization: Bearer $IMPRIMATUR_TOKEN"',
    ...(example?.body === undefined
      ? []
      : [
          "-H 'Content-Type: application/json'",
          `-d '${shown(example.body).replaceAll("'", String.raw`'\''`)}'`,
        ]),
  ];
  return lines.join(' \\\n  ');
}

/** A URL for a shell; what stands in braces becomes a variable of that name. */
function shellUrl(url: string): string {
  return url.includes('{') ? `"${url.replaceAll(/\{(\w+)\}/g, '$$$1')}"` : url;
}

// Quotes mean nothing between tags; left as they are, the page is a third smaller.
function preformatted(text: string) {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return html`<pre tabindex="0">${raw(escaped)}</pre>`;
}

function shown(value: JsonValue): string {
  return JSON.stringify(value, null, 2);
}
