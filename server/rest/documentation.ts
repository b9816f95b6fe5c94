import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyBaseLogger } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { createRestApp, type RestApp, type RestContext, sendJson } from './app.ts';
import { addRoutes } from './routes.ts';

/**
 * Makes the app behind `/openapi.json` and `/docs`. It stands apart, with routes of its own that are only described,
 * so that a server pays for it when somebody looks.
 */
export async function createDocumentationApp(context: RestContext, log: FastifyBaseLogger): Promise<RestApp> {
  const app = createRestApp(log);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Nightshift',
        version: '1',
        description:
          'Tasks of nightly runs: report them, read them, decide them. GraphQL stands at /graphql.',
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          adminKey: { type: 'apiKey', in: 'header', name: 'X-Admin-Key' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{}, { adminKey: [] }, { bearer: [] }],
    },
    hideUntagged: true,
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: contentPolicy,
    theme: {
      title: 'Nightshift REST API',
      css: [{ filename: 'nightshift.css', content: '.swagger-ui .topbar { display: none; }' }],
    },
  });
  addRoutes(app, context);
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    sendJson(reply, JSON.stringify(app.swagger())),
  );
  await app.ready();
  return app;
}

/** Everything comes from this server; the page's own styles and icons stand inside it. */
const contentPolicy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'";
