import type { FastifyRequest } from 'fastify';
import type { HttpApp } from '../http/app.ts';

/** Has routes take forms, as browsers send them, and no other bodies. */
export function takeForms(app: HttpApp): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-www-form-urlencoded', async (request: FastifyRequest) =>
    Object.fromEntries(new URLSearchParams(String(await app.readBody(request)))),
  );
}

/** How a route that takes a form is added. */
export const formRoute = { schema: { hide: true }, config: { bodies: 'forms' as const } };
