import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { refusalHeaders } from '../../contract/quota.ts';
import { decideByLink } from '../../domain/approvals/decideByLink.ts';
import { type ApprovalLink, readLink } from '../../domain/approvals/links.ts';
import {
  AlreadyDecidedError,
  ApprovalLinkError,
  HeadMovedError,
  MayNotDecideError,
  NotAsShownError,
  NotAwaitingApprovalError,
  OutOfBoundsError,
  TooManyWrongKeysError,
} from '../../domain/input/errors.ts';

import { mayDo, type Viewer } from '../../domain/input/viewer.ts';
import type { Store } from '../../domain/store.ts';
import { decisionNote, headSha } from '../../domain/tasks/input.ts';
import type { Access } from '../access/access.ts';
import { type Credentials, credentialsOf } from '../access/credentials.ts';
import { AccessError } from '../access/errors.ts';
import { tellsOfKey } from '../access/noteGuesses.ts';
import type { WrongKeys } from '../access/wrongKeys.ts';
import type { HttpApp } from '../http/app.ts';
import type { FindPage } from '../pages/builtPage.ts';
import { pageHeaders } from './document.ts';
import { isFormToken, makeFormToken } from './formToken.ts';
import { writeLinkPage, writeUnknownPage } from './page.ts';
import { readCard } from './readCard.ts';

/** A program that sends the forms of pages as they are does not tick. */
const notLooked = 'Tick the box that you have reviewed it, then decide again.';
const strangeForm =
  'The page was open for too long, or the form came from elsewhere. Review it again, then decide.';

/** Why a form decided nothing, as it is answered. */
interface Refused {
  status: number;
  problem: string;
  headers?: Record<string, string>;
}

/** What a form had that decided nothing. */
interface Tried {
  note: string | undefined;
  seenHead: string | undefined;
}

/** What the links of approvals work on. */
export interface LinkContext {
  store: Store;
  access: Access;
  /** Counts wrong keys in the forms of links. */
  wrongKeys: WrongKeys;
  /** Finds the built page, which has a card of its own. @default there is none */
  findPage?: FindPage | undefined;
}

/** `/a/<token>`: GET shows what there is to decide and changes nothing, POST with the page's form decides. */
export function addApprovalLink(app: HttpApp, { store, access, wrongKeys, findPage }: LinkContext): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/x-www-form-urlencoded', async (request: FastifyRequest) =>
      Object.fromEntries(new URLSearchParams(String(await scope.readBody(request)))),
    );
    // Whatever stands there is a token that leads somewhere or nowhere, without one as well.
    for (const url of ['/a', '/a/*']) {
      scope.route({
        method: ['GET', 'HEAD'],
        url,
        exposeHeadRoute: false,
        schema: { hide: true },
        async handler(request, reply) {
          const link = await find(tokenOf(request));
          return link ? show(request, reply, link) : answer(reply, 404, writeUnknownPage());
        },
      });
      scope.route({
        method: 'POST',
        url,
        config: { bodies: 'forms' },
        schema: { hide: true },
        async handler(request, reply) {
          const token = tokenOf(request);
          const link = await find(token);
          if (link === undefined) return answer(reply, 404, writeUnknownPage());
          const refusal = await decideFrom(request, link);
          if (refusal === undefined)
            return reply.code(303).headers(pageHeaders).header('location', token).send();
          return show(request, reply, (await find(token)) ?? link, {
            ...refusal,
            note: noteOf(request.body),
            seenHead: headOf(request.body),
          });
        },
      });
    }
  });

  /** Decides as the form says; gives why it did not. */
  async function decideFrom(request: FastifyRequest, link: ApprovalLink): Promise<Refused | undefined> {
    const token = tokenOf(request);
    const form = formSchema.safeParse(request.body ?? {});
    if (!form.success) return { status: 422, problem: describe(form.error) };
    const { action, note, head, link: seenLink, key, looked } = form.data;
    if (!isFormToken(token, form.data.form)) return { status: 403, problem: strangeForm };
    if (looked !== 'yes') return { status: 422, problem: notLooked };
    const viewer = link.needsViewer === null ? undefined : await viewerOf(request, key);
    const limited = refuseReached(viewer);
    if (limited) return limited;
    try {
      await decideByLink(store, {
        token,
        action,
        note: note || null,
        seenHead: head || null,
        seenLink,
        address: access.addressOf(credentialsOf(request.raw)),
        viewer,
      });
      return undefined;
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined) throw error;
      return { status, problem: (error as Error).message };
    }
  }

  /** Says who calls; a wrong key of the form counts like one in a header. */
  async function viewerOf(request: FastifyRequest, key: string | undefined): Promise<Viewer | undefined> {
    if (key) await access.recognise(withKey(credentialsOf(request.raw), key));
    const viewer = whoCalls(request, access, key);
    if (key) noteGuess(request, key);
    return viewer;
  }

  /** Notes a wrong key of the form, or of the request itself. */
  function noteGuess(request: FastifyRequest, key?: string): void {
    const own = credentialsOf(request.raw);
    const credentials = key ? withKey(own, key) : own;
    const sources = access.wrongKeySources(credentials);
    if (sources.length > 0) wrongKeys.note(sources, { address: access.addressOf(credentials), path: '/a/…' });
  }

  async function find(token: string): Promise<ApprovalLink | undefined> {
    return readLink(store, token);
  }

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    link: ApprovalLink,
    { status = 200, headers = {}, ...more }: Partial<Refused & Tried> = {},
  ): Promise<FastifyReply> {
    const token = tokenOf(request);
    const viewer = link.needsViewer === null ? undefined : whoCalls(request, access);
    // Whoever holds a right key is not asked for one.
    if (link.needsViewer !== null && !tellsOfKey(reply.raw)) noteGuess(request);
    const card = await readCard(store, link, { viewer, isLook: request.method === 'GET' });
    const page = writeLinkPage(card, {
      ...more,
      formToken: makeFormToken(token),
      asksForViewer: link.needsViewer !== null && !mayApprove(viewer),
      advice: viewer?.kind === 'person' ? viewer.refusal?.message : undefined,
      hasPage: findPage?.() !== undefined,
      now: new Date(),
    });
    return answer(reply.headers(headers), status, page);
  }
}

function tokenOf({ params }: FastifyRequest): string {
  return (params as { '*'?: string })['*'] ?? '';
}

function answer(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).headers(pageHeaders).send(page);
}

const formSchema = z.object({
  form: z.string().max(200),
  action: z.enum(['approve', 'reject'], 'expected approve or reject'),
  note: decisionNote,
  head: z.union([z.literal(''), headSha]).optional(),
  link: z.string('expected the link that the page showed').max(2000),
  key: z.string().max(1000).optional(),
  looked: z.string().max(100).optional(),
});

function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}.`).join(' ');
}

/** The note as it was written, whatever else was wrong. */
function noteOf(body: unknown): string | undefined {
  const note = typeof body === 'object' && body !== null && 'note' in body ? body.note : undefined;
  return typeof note === 'string' ? note.slice(0, 4000) : undefined;
}

/** The head commit that the page of a form showed, if it is one. */
function headOf(body: unknown): string | undefined {
  const { success, data } = formSchema.pick({ head: true }).safeParse(body ?? {});
  return success ? data.head || undefined : undefined;
}

/** Who calls, by a key that was written into the form or by what the request itself carries. */
function whoCalls(request: FastifyRequest, access: Access, key?: string): Viewer | undefined {
  const credentials = withoutCookie(credentialsOf(request.raw));
  try {
    return access.authenticate(key ? withKey(credentials, key) : credentials);
  } catch (error) {
    if (error instanceof AccessError) return undefined;
    throw error;
  }
}

/** Whoever is signed in here decides on a page of theirs: a link is for whom it was sent to. */
function withoutCookie({ headers: { cookie: _, ...headers }, ...credentials }: Credentials): Credentials {
  return { ...credentials, headers };
}

function withKey(credentials: Credentials, key: string): Credentials {
  return { ...credentials, headers: { ...credentials.headers, authorization: `Bearer ${key}` } };
}

/** Refuses whose wrong keys are too many. */
function refuseReached(viewer: Viewer | undefined): Refused | undefined {
  const { reached, message = '' } = viewer?.refusal ?? {};
  if (reached === undefined) return undefined;
  const { message: problem } = new TooManyWrongKeysError(reached, message);
  return { status: 429, problem, headers: refusalHeaders(reached) };
}

function mayApprove(viewer: Viewer | undefined): boolean {
  return viewer !== undefined && mayDo(viewer, 'approve');
}

function statusOf(error: unknown): number | undefined {
  const refusals = [MayNotDecideError, ApprovalLinkError, OutOfBoundsError];
  if (refusals.some((kind) => error instanceof kind)) return 403;
  const conflicts = [AlreadyDecidedError, NotAwaitingApprovalError, HeadMovedError, NotAsShownError];
  return conflicts.some((kind) => error instanceof kind) ? 409 : undefined;
}
