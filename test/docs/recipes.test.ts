import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';

const path = fileURLToPath(new URL('../../docs/recipes.md', import.meta.url));
const text = readFileSync(path, 'utf8');

type Section = { readonly title: string; readonly text: string };
type Fence = { readonly language: string; readonly code: string };

const products: readonly { readonly title: string; readonly vendor: string }[] = [
  { title: 'PingFederate', vendor: 'https://docs.pingidentity.com/pingfederate/' },
  { title: 'PingAM', vendor: 'https://docs.pingidentity.com/pingam/' },
  { title: 'WSO2 Identity Server', vendor: 'https://github.com/wso2' },
  { title: 'Janssen (Gluu)', vendor: 'https://docs.jans.io/' },
  { title: 'Authlete', vendor: 'https://github.com/authlete/' },
  { title: 'Curity Identity Server', vendor: 'https://curity.io/docs/' },
  { title: 'Connect2id server', vendor: 'https://connect2id.com/' },
];

describe('docs/recipes.md', () => {
  it('says before the first recipe that nothing was tested', () => {
    expect(text.slice(0, text.indexOf('\n## '))).toMatch(/None of it was tested here/);
  });

  describe.each(products)('$title', ({ title, vendor }) => {
    const section = sectionsOf(text).find((one) => one.title === title)?.text ?? '';

    it('says that it was not tested here, when its sources were read, and which', () => {
      const first = section.trim().split('\n\n')[0] ?? '';
      expect(first).toMatch(/not tested here/i);
      expect(first).toMatch(/\b20\d\d-\d\d-\d\d\b/);
      expect(section).toContain(`](${vendor}`);
    });

    it('configures the issuer of the examples, and says what is checked and what is a trap', () => {
      expect(section).toContain('https://issuer.example');
      expect(section).toContain('| check');
      expect(section).toContain('\nTraps:\n');
    });

    it('is in the comparison', () => {
      const overview = sectionsOf(text).find((one) => one.title === 'The servers compared')?.text ?? '';
      expect(overview).toContain(`(#${anchorOf(title)})`);
    });
  });

  it.each(fencesOf(text).map((fence, i) => ({ ...fence, number: i + 1 })))(
    'fence $number ($language) parses',
    ({ language, code }) => {
      expect(faultOf(language, code)).toBeUndefined();
    },
  );

  it('has fences of each form, so that the checks above look at something', () => {
    const languages = new Set(fencesOf(text).map(({ language }) => language));
    for (const language of ['json', 'properties', 'toml', 'sh', 'js'])
      expect([...languages]).toContain(language);
  });

  it('links to sections and files that are there', () => {
    const here = new Set(sectionsOf(text).map(({ title }) => anchorOf(title)));
    const links = [...text.matchAll(/\]\((?!https:)([^)#]*)(?:#([^)]*))?\)/g)];
    expect(links.length).toBeGreaterThan(0);
    for (const [link, file = '', anchor] of links) {
      const target = file === '' ? path : fileURLToPath(new URL(`../../docs/${file}`, import.meta.url));
      expect(existsSync(target), link).toBe(true);
      const anchors =
        file === ''
          ? here
          : new Set(sectionsOf(readFileSync(target, 'utf8')).map(({ title }) => anchorOf(title)));
      if (anchor !== undefined) expect([...anchors], link).toContain(anchor);
    }
  });
});

/** Sections of the second level, without their titles. */
function sectionsOf(markdown: string): readonly Section[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [title = '', ...lines] = part.split('\n');
      return { title: title.trim(), text: lines.join('\n') };
    });
}

/** The fragment that a Markdown renderer gives a title. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

/** Fenced code, indented or not. */
function fencesOf(markdown: string): readonly Fence[] {
  return [...markdown.matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)].map(
    ([, indent = '', language = '', code = '']) => ({
      language,
      code: code
        .split('\n')
        .map((line) => line.slice(indent.length))
        .join('\n'),
    }),
  );
}

/** Why code is not of its language; undefined when it is, or when nobody here can tell. */
function faultOf(language: string, code: string): string | undefined {
  switch (language) {
    case 'json':
      return thrownBy(() => JSON.parse(code));
    case 'js':
      return thrownBy(() => new Script(code));
    case 'sh': {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: code, encoding: 'utf8' });
      return status === 0 ? undefined : stderr;
    }
    case 'properties':
      return code.split('\n').find((line) => !/^(?:|#.*|[\w.]+=\S.*)$/.test(line));
    case 'toml':
      return code
        .split('\n')
        .find((line) => !/^(?:|#.*|\[[\w.]+\]|\w+ = (?:"[^"]*"|true|false))$/.test(line));
    case 'ts':
      return undefined;
    default:
      return `no check for ${language}`;
  }
}

function thrownBy(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return String(error);
  }
}
