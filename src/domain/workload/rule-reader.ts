import type { JsonObject, JsonValue } from '../json.ts';

/** What is wrong with rules, and where (RFC 6901). */
export type Problem = { readonly pointer: string; readonly detail: string };

/** Why a token that verifies is not that of a workload. Told to whoever holds the token: it is their own. */
export type WorkloadFault = { readonly code: string; readonly detail: string };

const MAX_CHARACTERS = 500;

/** Reads members of rules and gathers every problem on the way. */
export function ruleReader(rules: JsonObject, members: readonly string[]) {
  const problems: Problem[] = Object.keys(rules)
    .filter((name) => !members.includes(name) && name !== 'kind')
    .map((name) => ({
      pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      detail: 'There is no such rule.',
    }));

  function text(name: string, form: RegExp, detail: string): string {
    const value = rules[name];
    if (typeof value === 'string' && value.length <= MAX_CHARACTERS && form.test(value)) return value;
    problems.push({ pointer: `/${name}`, detail });
    return '';
  }

  /** An issuer by its URL. The pattern rules out most of what is none, the parser the rest: ports, brackets, odd numbers. */
  function issuer(detail: string): string {
    const value = text('issuer', FORMS.issuer, detail);
    if (value === '' || URL.canParse(value)) return value;
    problems.push({ pointer: '/issuer', detail });
    return '';
  }

  return {
    problems,
    text,
    issuer,
    optional: (name: string, form: RegExp, detail: string): string | null =>
      rules[name] === undefined || rules[name] === null ? null : text(name, form, detail),
    flag: (name: string): boolean | null => {
      const value = rules[name];
      if (value === undefined || value === null || typeof value === 'boolean') return value ?? null;
      problems.push({ pointer: `/${name}`, detail: 'It must be true or false.' });
      return null;
    },
  };
}

/** A claim as text: providers give ids as strings or as numbers. */
export function claimText(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';
}

/** Whether a ref is the one a rule names, or below it where the rule ends in a star. */
export function matchesRef(rule: string, ref: string): boolean {
  return rule.endsWith('*') ? ref.startsWith(rule.slice(0, -1)) : ref === rule;
}

/** Branches that GitHub makes for its merge queue: pull requests that are not merged yet, although runs of them count as pushes. */
const MERGE_QUEUE = 'refs/heads/gh-readonly-queue/';

/** Whether a ref is one that takes the right to push: never the head of a pull or merge request. */
export function isBranchOrTag(ref: string): boolean {
  return (ref.startsWith('refs/heads/') && !ref.startsWith(MERGE_QUEUE)) || ref.startsWith('refs/tags/');
}

/** How a file is named at what a job ran of. In whole: names of files and of refs can both hold an `@`, so that a prefix says too little. */
export function placesOf(file: string, versions: readonly string[]): readonly string[] {
  return versions.filter((version) => version !== '').map((version) => `${file}@${version}`);
}

/** Forms of what rules name. */
export const FORMS = {
  /** Plain http on this machine alone, for development: guarded fetch asks no such address anywhere else. */
  issuer:
    /^(?:https:\/\/[^\s?#@\\]+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:\/[^\s?#@\\]*)?)$/,
  id: /^\d{1,20}$/,
  ref: /^refs\/(?:heads|tags)\/[^\s*?[\]\\^~:]+\*?$|^refs\/(?:heads|tags)\/\*$/,
  line: /^[^\p{Cc}]{1,200}$/u,
} as const;
