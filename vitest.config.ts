import { defineConfig } from 'vitest/config';

const shared = { testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' } as const;

/** Everything on embedded SQLite, and the use cases once more on D1 in real workerd (ARCHITECTURE.md, invariant 11). */
export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'sqlite', include: ['test/**/*.test.ts'] } },
      {
        test: {
          ...shared,
          name: 'd1',
          include: ['test/services/*.test.ts'],
          setupFiles: ['test/support/close-d1.ts'],
          env: { IMPRIMATUR_TEST_STORE: 'd1', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
        },
      },
    ],
  },
});
