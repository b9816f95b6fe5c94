import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** What the page asks the server for; while it is developed, all of that goes to a running server. */
const served = ['/graphql', '/sign-in', '/sign-out', '/docs', '/openapi.json', '/agents', '/a/', '/ready'];

/**
 * Builds the page into `web/dist`, and serves it while it is developed. Addresses are relative, so that it works below a
 * path of a proxy, and nothing is inlined, so that its policy needs no exception.
 */
export default defineConfig(({ mode, command }) => {
  const { API_BASE: target = 'http://127.0.0.1:8001' } = loadEnv(
    mode,
    fileURLToPath(new URL('..', import.meta.url)),
    'API_',
  );
  return {
    root,
    base: command === 'build' ? './' : '/',
    publicDir: 'public',
    plugins: [react()],
    server: {
      host: '127.0.0.1',
      proxy: Object.fromEntries(served.map((path) => [path, { target, changeOrigin: true }])),
    },
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      assetsInlineLimit: 0,
      // The first browsers that know light-dark().
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      manifest: true,
    },
  };
});
