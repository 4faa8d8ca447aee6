import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: [
    './src/store/schema.ts',
    './src/store/sign-in-schema.ts',
    './src/store/review-schema.ts',
    './src/store/exchange-schema.ts',
    './src/store/ledger-check-schema.ts',
  ],
  out: './drizzle',
});
