import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './src/registration-store/schema.ts',
  out: './drizzle/registration',
});
