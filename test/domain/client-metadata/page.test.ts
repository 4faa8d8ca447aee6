import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rulesPage } from '../../../docs/make-client-metadata-rules.ts';

it('docs/client-metadata-rules.md is what the table says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/client-metadata-rules.md'), 'utf8');
  expect(page).toBe(rulesPage());
});
