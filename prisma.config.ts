import { defineConfig } from 'prisma/config';

// `prisma generate` needs no schema engine, yet looks for one and would download it; any executable path
// keeps it offline. `prisma migrate` does need the real engine, so the variable is left alone for it.
if (process.argv.includes('generate')) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://localhost/nightshift' },
});
