import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Marked, type Tokens } from 'marked';
import { GUIDE_FILES, type Guide } from '../src/http/console/assets/guide-names.ts';

const ROOT = join(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'src', 'http', 'console', 'assets', 'guides.ts');

/** The guides of `docs/` as markup, in a module that Node and Workers load without a build of their own. */
export function guidesModule(): string {
  const members = Object.entries(GUIDE_FILES).map(
    ([name, file]) => `  ${JSON.stringify(name)}: ${JSON.stringify(guideOf(file))},`,
  );
  return `// Made by docs/make-guides.ts from docs; do not edit.
import type { Guide, GuideName } from './guide-names.ts';

export const GUIDES: Readonly<Record<GuideName, Guide>> = {
${members.join('\n')}
};
`;
}

function guideOf(file: string): Guide {
  const text = readFileSync(join(ROOT, 'docs', file), 'utf8');
  const [first = '', ...rest] = text.split('\n');
  if (!first.startsWith('# ')) throw new Error(`docs/${file} does not begin with its title`);
  return { title: first.slice(2).replaceAll('`', ''), markup: markupOf(rest.join('\n'), file) };
}

/** Markup as the parts of the console write it, so that one style sheet is enough. */
function markupOf(text: string, file: string): string {
  let examples = 0;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: heading }) {
        return `<h${depth} id="${anchorOf(heading)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return linkTo(href, this.parser.parseInline(tokens), file);
      },
      code({ text: code, lang = '' }) {
        examples += 1;
        return (
          `<div class="copy"><pre tabindex="0" role="region" aria-label="Example ${examples}${lang === '' ? '' : `, ${escaped(lang)}`}">` +
          `<code>${escaped(code)}</code></pre><button type="button" class="button quiet" data-copy hidden>Copy</button></div>\n`
        );
      },
      table({ header, rows }) {
        const inline = ({ tokens }: Tokens.TableCell) => this.parser.parseInline(tokens);
        const columns = header.map((cell) => plain(inline(cell)));
        const head = header
          .map((cell) => `<th role="columnheader" scope="col">${inline(cell)}</th>`)
          .join('');
        const body = rows.map((cells) => {
          const row = cells.map(
            (cell, i) => `<td role="cell" data-column="${escaped(columns[i] ?? '')}">${inline(cell)}</td>`,
          );
          return `<tr role="row">${row.join('')}</tr>`;
        });
        return (
          `<div class="table"><table role="table"><thead role="rowgroup"><tr role="row">${head}</tr></thead>` +
          `<tbody role="rowgroup">${body.join('')}</tbody></table></div>\n`
        );
      },
      html({ text: markup }) {
        throw new Error(`docs/${file} has markup of its own: ${markup}`);
      },
    },
  });
  return marked.parse(text, { async: false });
}

/** A guide is a page beside this one, another web page is outside, and a file of the project is only named. */
function linkTo(href: string, label: string, file: string): string {
  if (href.startsWith('#')) return `<a href="${escaped(href)}">${label}</a>`;
  if (/^https?:/.test(href))
    return `<a href="${escaped(href)}" rel="noreferrer noopener nofollow" class="outside">${label}</a>`;
  const [path = '', anchor] = href.split('#');
  const target = normalize(join(dirname(file), path));
  const guide = Object.entries(GUIDE_FILES).find(([, known]) => known === target);
  if (guide === undefined) return label;
  return `<a href="${guide[0]}${anchor === undefined ? '' : `#${escaped(anchor)}`}">${label}</a>`;
}

/** As GitHub names headings, so that links between the files are right in both places. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

function plain(markup: string): string {
  return markup
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

if (import.meta.main) writeFileSync(OUTPUT, guidesModule());
