import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: [
    './src/store/schema.ts',
    './src/store/sign-in-schema.ts',
    './src/store/review-schema.ts',
    './src/store/exchange-schema.ts',
  ],
  out: './drizzle',
});
