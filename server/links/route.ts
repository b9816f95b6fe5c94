import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { type ApprovalLink, decideByLink, needsViewer, readLink } from '../../domain/approvals/links.ts';
import {
  AlreadyDecidedError,
  ApprovalLinkError,
  HeadMovedError,
  MayNotDecideError,
  NotAwaitingApprovalError,
} from '../../domain/errors.ts';
import { decisionNote, headSha } from '../../domain/tasks/input.ts';
import { mayDo, type Viewer } from '../../domain/viewer.ts';
import type { Access } from '../access/access.ts';
import { AccessError } from '../access/errors.ts';
import type { RestApp, RestContext } from '../rest/app.ts';
import { pageHeaders } from './document.ts';
import { isFormToken, makeFormToken } from './formToken.ts';
import { writeLinkPage, writeUnknownPage } from './page.ts';

const maxFormBytes = 64 * 1024;
const strangeForm = 'The page was open for too long, or the form is not its own. Look again and decide.';

/** `/a/<token>`: GET shows what there is to decide and changes nothing, POST with the page's form decides. */
export function addApprovalLink(app: RestApp, { store, access }: RestContext): void {
  void app.register(async (scope) => {
    const options = { parseAs: 'string', bodyLimit: maxFormBytes } as const;
    scope.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    scope.route<{ Params: { token: string } }>({
      method: ['GET', 'HEAD'],
      url: '/a/:token',
      exposeHeadRoute: false,
      schema: { hide: true },
      async handler(request, reply) {
        const link = await find(request.params.token);
        return link ? show(request, reply, link) : answer(reply, 404, writeUnknownPage());
      },
    });
    scope.route<{ Params: { token: string }; Body: unknown }>({
      method: 'POST',
      url: '/a/:token',
      schema: { hide: true },
      async handler(request, reply) {
        const { token } = request.params;
        const link = await find(token);
        if (link === undefined) return answer(reply, 404, writeUnknownPage());
        const refusal = await decideFrom(request, link);
        if (refusal === undefined)
          return reply.code(303).headers(pageHeaders).header('location', `/a/${token}`).send();
        return show(request, reply, (await find(token)) ?? link, { ...refusal, note: noteOf(request.body) });
      },
    });
  });

  /** Decides as the form says; gives why it did not. */
  async function decideFrom(
    request: FastifyRequest<{ Params: { token: string } }>,
    link: ApprovalLink,
  ): Promise<{ status: number; problem: string } | undefined> {
    const { token } = request.params;
    const form = formSchema.safeParse(request.body ?? {});
    if (!form.success) return { status: 422, problem: describe(form.error) };
    const { action, note, head, key } = form.data;
    if (!isFormToken(token, form.data.form)) return { status: 403, problem: strangeForm };
    try {
      await decideByLink(store, {
        ...{ token, action, note: note || null, expectedHeadSha: head || null },
        address: request.raw.socket.remoteAddress,
        viewer: needsViewer(link) ? proved(request, access, key) : undefined,
      });
      return undefined;
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined) throw error;
      return { status, problem: (error as Error).message };
    }
  }

  async function find(token: string): Promise<ApprovalLink | undefined> {
    return readLink(store.db, token);
  }

  function show(
    request: FastifyRequest,
    reply: FastifyReply,
    link: ApprovalLink,
    { status = 200, ...more }: { status?: number; problem?: string; note?: string | undefined } = {},
  ): FastifyReply {
    const { token } = request.params as { token: string };
    const page = writeLinkPage(link, {
      ...more,
      formToken: makeFormToken(token),
      asksForKey: needsViewer(link) && proved(request, access, undefined) === undefined,
      now: new Date(),
    });
    return answer(reply, status, page);
  }
}

function answer(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).headers(pageHeaders).send(page);
}

const formSchema = z.object({
  form: z.string().max(200),
  action: z.enum(['approve', 'reject'], 'expected approve or reject'),
  note: decisionNote,
  head: z.union([z.literal(''), headSha]).optional(),
  key: z.string().max(1000).optional(),
});

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}.`).join(' ');
}

/** The note as it was written, whatever else was wrong. */
function noteOf(body: unknown): string | undefined {
  const note = typeof body === 'object' && body !== null && 'note' in body ? body.note : undefined;
  return typeof note === 'string' ? note.slice(0, 4000) : undefined;
}

/** Who may approve, by a key that was written into the form or by what the request itself carries. */
function proved({ raw }: FastifyRequest, access: Access, key: string | undefined): Viewer | undefined {
  const headers = key ? { ...raw.headers, authorization: `Bearer ${key}` } : raw.headers;
  try {
    const viewer = access.authenticate({ headers, remoteAddress: raw.socket.remoteAddress });
    return mayDo(viewer, 'approve') ? viewer : undefined;
  } catch (error) {
    if (error instanceof AccessError) return undefined;
    throw error;
  }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof MayNotDecideError || error instanceof ApprovalLinkError) return 403;
  const conflicts = [AlreadyDecidedError, NotAwaitingApprovalError, HeadMovedError];
  return conflicts.some((kind) => error instanceof kind) ? 409 : undefined;
}
