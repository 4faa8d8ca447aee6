import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scriptsModule } from '../../../docs/make-scripts.ts';

it('assets/scripts.ts is what docs/make-scripts.ts makes', async () => {
  const path = join(import.meta.dirname, '../../../src/http/console/assets/scripts.ts');
  expect(readFileSync(path, 'utf8')).toBe(await scriptsModule());
});
