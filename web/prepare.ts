import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/**
 * Builds the page: `npm ci` does, by `prepare`, and `npm run build`. Where its tools are missing, as after
 * `npm ci --omit=dev`, it says so and ends well: the server works without the page.
 */
async function prepare(): Promise<void> {
  const vite = await import('vite').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  });
  if (vite === undefined) {
    console.log(
      'The web page was not built: its tools are development dependencies. Run npm ci without --omit=dev.',
    );
    return;
  }
  // What another value leaves in, such as the one of tests, is twice as long.
  process.env.NODE_ENV = 'production';
  await vite.build({
    configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)),
    logLevel: 'warn',
  });
  compress(fileURLToPath(new URL('dist', import.meta.url)));
}

/** Writes beside each file what browsers are sent instead. */
function compress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = readFileSync(file);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

await prepare();
