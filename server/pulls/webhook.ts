import type { FastifyRequest } from 'fastify';
import { repositoryOf } from '../../contract/pulls/pullLinks.ts';
import type { GithubUsers } from '../../domain/input/people.ts';
import { applyPull } from '../../domain/pulls/applyPull.ts';
import { applyReview } from '../../domain/pulls/applyReview.ts';
import { noteCheckEvent } from '../../domain/pulls/claimDetails.ts';
import { askSoon, notePull } from '../../domain/pulls/notePull.ts';
import type { Store } from '../../domain/store.ts';
import type { HttpApp } from '../http/app.ts';
import { parseJson } from '../http/body.ts';
import { RequestError } from '../http/requestError.ts';
import { type CheckEventKind, checkEvents, isCheckEvent } from './checkEvents.ts';
import { factsOf, pullEvent, reviewOf } from './payload.ts';
import { isSigned } from './signature.ts';
import type { GithubReader } from './watch.ts';

/** What the webhook is served with. */
export interface WebhookConfig {
  /** Without one the webhook is closed. */
  githubWebhookSecret?: string | undefined;
  githubUsers?: GithubUsers | undefined;
  /** What reads pull requests of a host: where it can, an event is a hint, and the truth is read before it counts. */
  githubReader?: Pick<GithubReader, 'host' | 'wake'> | undefined;
}

/** Where GitHub sends its events; what they are signed with stands for a key. */
export const webhookPath = '/webhooks/github';

/** GitHub's largest event of a pull request is far smaller, also as a form. */
const maxEventBytes = 2 * 1024 * 1024;

const noSecret = 'Webhook events are not accepted: GITHUB_WEBHOOK_SECRET is not set.';
const noSignature = 'X-Hub-Signature-256 is missing. Set a secret for the webhook on GitHub.';
const wrongSignature = 'X-Hub-Signature-256 does not match the body and the secret of this server.';

/** `POST /webhooks/github`: takes GitHub's signed events of pull requests, their reviews and their checks. */
export function addGithubWebhook(app: HttpApp, store: Store, config: WebhookConfig): void {
  const { githubWebhookSecret: secret } = config;
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const types = ['application/json', 'application/x-www-form-urlencoded'];
    scope.addContentTypeParser(types, (request: FastifyRequest) => scope.readBody(request));
    scope.route<{ Body: Buffer | undefined }>({
      method: 'POST',
      url: webhookPath,
      bodyLimit: maxEventBytes,
      config: { bodies: 'events' },
      schema: { hide: true },
      onRequest({ headers }, _reply, done) {
        if (secret === undefined) done(new RequestError(404, noSecret));
        else if (!one(headers['x-hub-signature-256'])) done(new RequestError(401, noSignature));
        else done();
      },
      async handler(request, reply) {
        const { headers, body = Buffer.alloc(0) } = request;
        if (!isSigned(secret ?? '', body, one(headers['x-hub-signature-256'])))
          throw new RequestError(401, wrongSignature);
        const answer = await take(store, config, request, body);
        return reply.code('ignored' in answer ? 202 : 200).send(answer);
      },
    });
  });
}

type Answer = { ok: true } | { ignored: string } | { approvals: number } | { pulls: number };

async function take(
  store: Store,
  config: WebhookConfig,
  { headers, log }: FastifyRequest,
  body: Buffer,
): Promise<Answer> {
  const kind = one(headers['x-github-event']);
  if (kind === 'ping') return { ok: true };
  if (isCheckEvent(kind))
    return takeCheckEvent(store, config, kind, read(body, one(headers['content-type'])));
  if (kind !== 'pull_request' && kind !== 'pull_request_review')
    return { ignored: `events of the kind ${kind?.slice(0, 40) ?? 'unknown'}` };
  const { data: event, error } = pullEvent.safeParse(read(body, one(headers['content-type'])));
  if (error) throw new RequestError(422, `The event is not a pull request event: ${explain(error)}`);
  const ignored = whyIgnored(kind, event);
  if (ignored !== undefined) return { ignored };
  const approvals = await apply(store, config, event);
  if (approvals > 0) {
    const { action, pull_request: pull } = event;
    const delivery = one(headers['x-github-delivery']);
    log.info(
      { kind, action, pull: pull.html_url, approvals, delivery },
      'Received a pull request event from GitHub',
    );
  }
  return { approvals };
}

/** An event of checks says that they have changed; what they are now is read. */
async function takeCheckEvent(
  { db }: Store,
  { githubReader: reader }: WebhookConfig,
  kind: CheckEventKind,
  given: unknown,
): Promise<Answer> {
  if (reader === undefined)
    return { ignored: `${kind}: the server cannot read checks without GITHUB_TOKEN or a GitHub App` };
  const { data: event, error } = checkEvents[kind].safeParse(given);
  if (error) throw new RequestError(422, `The event is not a ${kind} event: ${explain(error)}`);
  const repository = repositoryOf(event.repository.html_url);
  if (repository?.host !== reader.host) return { ignored: `${kind}: another host than ${reader.host}` };
  return { pulls: await noteCheckEvent(db, repository, event.head) };
}

type PullEvent = ReturnType<typeof pullEvent.parse>;

/**
 * Says why an event tells nothing. Who reviews or labels a pull request that was closed has not closed it: the event of
 * the close itself tells who has.
 */
function whyIgnored(
  kind: 'pull_request' | 'pull_request_review',
  { action, pull_request: pull }: PullEvent,
): string | undefined {
  const isReview = kind === 'pull_request_review';
  if (isReview && action !== 'submitted' && action !== 'dismissed')
    return `reviews that were ${action.slice(0, 40)}`;
  if (pull.state === 'closed' && (isReview || action !== 'closed'))
    return 'other events of a closed pull request';
  return undefined;
}

async function apply(
  store: Store,
  { githubUsers: users = new Map(), githubReader: reader }: WebhookConfig,
  { action, pull_request: pull, review: given, sender }: PullEvent,
): Promise<number> {
  const facts = factsOf(pull, sender);
  if (reader?.host === facts.host) {
    await notePull(store.db, facts, 'hinted');
    const asked = await askSoon(store.db, facts);
    if (asked > 0) reader.wake();
    return asked;
  }
  const bound = await applyPull(store, users, facts);
  const review = given && reviewOf(action === 'dismissed' ? { ...given, state: action } : given);
  if (review) await applyReview(store, users, facts, review);
  return bound;
}

/** GitHub sends JSON as it is, or as the field `payload` of a form. */
function read(body: Buffer, type: string | undefined): unknown {
  if (!type?.startsWith('application/x-www-form-urlencoded')) return parseJson(body);
  return parseJson(Buffer.from(new URLSearchParams(body.toString()).get('payload') ?? ''));
}

function explain({ issues: [first] }: { issues: { path: PropertyKey[]; message: string }[] }): string {
  return first === undefined ? 'it is not valid.' : `${first.path.map(String).join('.')}: ${first.message}.`;
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
