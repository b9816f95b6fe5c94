import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyBaseLogger } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { createHttpApp, type HttpApp, sendJson } from '../http/app.ts';
import { writePolicy } from '../http/contentPolicy.ts';

/**
 * Makes the app behind `/openapi.json` and `/docs`. It stands apart, with routes of its own that are only described,
 * so that a server pays for it when somebody looks.
 */
export async function createDocumentationApp(
  addRoutes: (app: HttpApp) => void,
  log: FastifyBaseLogger,
): Promise<HttpApp> {
  const app = createHttpApp(log);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Nightshift',
        version: '1',
        license: { name: 'MIT', identifier: 'MIT' },
        description: 'Report, read and decide tasks of nightly runs. GraphQL is at /graphql.',
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key, or a token of the configured issuer.',
          },
          adminKey: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Admin-Key',
            description: 'The older header, for the same keys. Prefer `bearer`.',
          },
        },
      },
      security: [{}, { bearer: [] }, { adminKey: [] }],
    },
    hideUntagged: true,
    transform: jsonSchemaTransform,
    transformObject: (document) => withoutUnused(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentPolicy,
    theme: {
      title: 'Nightshift REST API',
      css: [{ filename: 'nightshift.css', content: '.swagger-ui .topbar { display: none; }' }],
    },
  });
  addRoutes(app);
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    sendJson(reply, JSON.stringify(app.swagger())),
  );
  await app.ready();
  return app;
}

/** Leaves out the schemas that nothing names: each is made once as it is read and once as it is written. */
function withoutUnused<D extends object>(document: D): D {
  const { components } = document as { components?: { schemas?: Record<string, unknown> } };
  const text = JSON.stringify(document);
  const used = Object.entries(components?.schemas ?? {}).filter(([name]) =>
    text.includes(`"#/components/schemas/${name}"`),
  );
  return { ...document, components: { ...components, schemas: Object.fromEntries(used) } };
}

/** Everything comes from this server; the page's own styles and icons stand inside it. */
const contentPolicy = writePolicy({
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
});
