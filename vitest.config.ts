import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { packPackages } from './test/support/pack-packages.ts';

const shared = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: 'forks',
} as const;
const src = (file: string) => fileURLToPath(new URL(`./src/${file}`, import.meta.url));
/** Examples import the kit as its users do; tests run it from source. */
const resolve = {
  alias: [
    ...packPackages(),
    { find: /^imprimatur\/kit$/, replacement: src('kit/kit.ts') },
    { find: /^imprimatur\/kit\/node$/, replacement: src('kit-node.ts') },
    { find: /^imprimatur\/kit\/workers$/, replacement: src('kit-workers.ts') },
  ],
};

/** Everything on embedded SQLite, the use cases once more on D1 in real workerd (ARCHITECTURE.md, invariant 11), and the console in a real browser. */
export default defineConfig({
  test: {
    // Many tests wait for processes, browsers and disks, so three at a time are worth it even on two cores.
    maxWorkers: 3,
    projects: [
      {
        resolve,
        test: {
          ...shared,
          name: 'sqlite',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', '**/node_modules/**'],
        },
      },
      {
        resolve,
        test: {
          ...shared,
          name: 'd1',
          // workerd answers slowly on a machine that is busy, and nothing here is about speed.
          testTimeout: 180_000,
          include: ['test/services/*.test.ts'],
          setupFiles: ['test/support/close-d1.ts'],
          env: { IMPRIMATUR_TEST_STORE: 'd1', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
        },
      },
      {
        resolve,
        test: { ...shared, name: 'browser', include: ['test/browser/*.test.ts'], testTimeout: 60_000 },
      },
    ],
  },
});
