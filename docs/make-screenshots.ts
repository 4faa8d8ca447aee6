import { spawnSync } from 'node:child_process';
import { bundle } from '../test/support/server-process.ts';

/** Takes the pictures of docs/screenshots: the pages are TSX, which Node takes only once it is put together. */
const script = await bundle('docs/screenshots.ts');
try {
  const { status } = spawnSync(process.execPath, [script.path], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  script.remove();
}
