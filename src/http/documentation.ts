import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Issuer } from '../services/issuer.ts';
import { docsPage } from './docs-page.ts';
import { openapiDocument } from './openapi.ts';
import { page, PAGE_HEADERS, PAGE_STYLE } from './page.ts';
import { PROBLEM_ADVICE } from './problem-advice.ts';
import { PROBLEM_TYPES } from './problem-types.ts';
import { problemResponse } from './problem.ts';
import { requestIdOf } from './request-id.ts';

const PUBLIC = { 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' } as const;
const CROSS_ORIGIN = { ...PUBLIC, 'access-control-allow-origin': '*' } as const;

/** The API described twice from one table: for machines at /openapi.json, for people at /docs; and its problem types. */
export function documentation(issuer: Issuer): Hono {
  const router = new Hono();
  const { identifier } = issuer;
  // Made when first asked for: most starts serve nobody who reads documentation.
  let openapi: string | undefined;
  let docs: Promise<string> | undefined;

  router.get('/openapi.json', () => {
    openapi ??= JSON.stringify(openapiDocument(identifier));
    return new Response(openapi, { headers: { ...CROSS_ORIGIN, 'content-type': 'application/json' } });
  });
  router.options(
    '/openapi.json',
    () =>
      new Response(null, {
        status: 204,
        headers: { ...CROSS_ORIGIN, 'access-control-allow-methods': 'GET, HEAD, OPTIONS' },
      }),
  );
  router.get('/docs', async (context) => {
    docs ??= textOf(docsPage(identifier)).then(withoutIndentation);
    return context.html(await docs, 200, PAGE_HEADERS);
  });
  router.get(
    '/docs.css',
    () => new Response(PAGE_STYLE, { headers: { ...PUBLIC, 'content-type': 'text/css; charset=utf-8' } }),
  );
  router.get('/problems/:code', (context) => {
    const code = context.req.param('code');
    if (!isProblemCode(code))
      return problemResponse(
        { code: 'no_such_resource', path: context.req.path.slice(0, 200) },
        identifier,
        requestIdOf(context.req.raw, issuer),
      );
    const { status, title } = PROBLEM_TYPES[code];
    const advice = PROBLEM_ADVICE[code];
    if (/\btext\/html\b/i.test(context.req.header('accept') ?? ''))
      return context.html(
        page(
          title,
          '../docs.css',
          html`<main>
            <h1>${title}</h1>
            <p>${advice}</p>
            <p>HTTP ${status} · <code>${identifier}/problems/${code}</code></p>
            <p><a href="../docs#problems">All problems</a> · <a href="../docs">The API</a></p>
          </main>`,
        ),
        200,
        { ...PAGE_HEADERS, vary: 'Accept' },
      );
    return context.json({ type: `${identifier}/problems/${code}`, title, status, advice }, 200, {
      ...PUBLIC,
      vary: 'Accept',
    });
  });
  return router;
}

function isProblemCode(code: string): code is keyof typeof PROBLEM_TYPES {
  return Object.hasOwn(PROBLEM_TYPES, code);
}

/** Without the indentation between tags, which only the source needs. */
async function textOf(made: ReturnType<typeof html>): Promise<string> {
  return String(await made).replaceAll(/>\s+</g, '>\n<');
}

/** The page without the white space that means nothing: a good part of its octets. What is preformatted stays as it is. */
function withoutIndentation(text: string): string {
  return text
    .split(/(<pre[\s\S]*?<\/pre>)/)
    .map((part) => (part.startsWith('<pre') ? part : part.replaceAll(/\s+/g, ' ')))
    .join('');
}
