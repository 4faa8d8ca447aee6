import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../src/domain/client-metadata/rules.ts';

/** The page docs/client-metadata-rules.md, made from the table the linter runs on. */
export function rulesPage(): string {
  const rows = RULES.map(
    ({ id, severity, title, explanation, spec }) =>
      `| \`${id}\` | ${severity} | ${title}. ${explanation} | ${spec} |`,
  );
  return [
    '# The rules client metadata is read by',
    '',
    'Made from `src/domain/client-metadata/rules.ts` by `node docs/make-client-metadata-rules.ts`. All findings come at once, each with',
    'a JSON Pointer to the member. Errors refuse the submission; warnings and infos are shown to the reviewer. Policy can change the',
    'severity of the deprecated grants and of unverified hosts.',
    '',
    '| rule | severity | what it asks, and why | source |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, 'client-metadata-rules.md'), rulesPage());
