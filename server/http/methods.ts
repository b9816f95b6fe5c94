import type { FastifyInstance } from 'fastify';

/** Watches the routes that are added to an app, and tells which methods a path has; none when it is unknown. */
export function collectMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: toPattern(url), methods: [method].flat() });
  });
  return (path) => {
    const matching = routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => methods))].sort();
  };
}

function toPattern(url: string): RegExp {
  const parts = url.replace(/\/$/, '').split('/');
  const source = parts.map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')));
  return new RegExp(`^${source.join('/')}/?$`);
}
