import { applyPull } from '../../domain/pulls/applyPull.ts';
import { applyReview } from '../../domain/pulls/applyReview.ts';
import type { GithubUsers } from '../../domain/pulls/pull.ts';
import type { Store } from '../../domain/store.ts';
import type { RestApp } from '../rest/app.ts';
import { readJsonBody } from '../rest/body.ts';
import { RequestError } from '../rest/problem.ts';
import { approvalOf, factsOf, pullEvent } from './payload.ts';
import { isSigned } from './signature.ts';

/** What the webhook is served with. */
export interface WebhookConfig {
  /** Without one the webhook is closed. */
  githubWebhookSecret?: string | undefined;
  githubUsers?: GithubUsers | undefined;
}

/** `POST /webhooks/github`: takes GitHub's signed events of pull requests and their reviews. */
export function addGithubWebhook(app: RestApp, store: Store, config: WebhookConfig): void {
  const { githubWebhookSecret: secret, githubUsers: users = new Map<string, string>() } = config;
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const types = ['application/json', 'application/x-www-form-urlencoded'];
    scope.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.route<{ Body: Buffer | undefined }>({
      method: 'POST',
      url: '/webhooks/github',
      schema: { hide: true },
      async handler({ headers, body = Buffer.alloc(0) }, reply) {
        if (secret === undefined)
          throw new RequestError(404, 'No events are taken here: GITHUB_WEBHOOK_SECRET is not set.');
        if (!isSigned(secret, body, one(headers['x-hub-signature-256'])))
          throw new RequestError(
            401,
            'X-Hub-Signature-256 does not fit the body and the secret of this server.',
          );
        const kind = one(headers['x-github-event']);
        if (kind === 'ping') return reply.send({ ok: true });
        if (kind !== 'pull_request' && kind !== 'pull_request_review')
          return reply.code(202).send({ ignored: `events of the kind ${kind ?? 'unknown'}` });
        const event = pullEvent.safeParse(read(body, one(headers['content-type'])));
        if (!event.success)
          throw new RequestError(422, `The event is not one of a pull request: ${explain(event.error)}`);
        return reply.send({ approvals: await apply(store, users, event.data) });
      },
    });
  });
}

async function apply(
  store: Store,
  users: GithubUsers,
  { action, pull_request: pull, review, sender }: ReturnType<typeof pullEvent.parse>,
): Promise<number> {
  const facts = factsOf(pull, sender?.login);
  const bound = await applyPull(store, users, facts);
  const approving = action === 'submitted' && review != null ? approvalOf(review) : undefined;
  if (approving !== undefined) await applyReview(store, users, facts, approving);
  return bound;
}

/** GitHub sends JSON as it is, or as the field `payload` of a form. */
function read(body: Buffer, type: string | undefined): unknown {
  if (!type?.startsWith('application/x-www-form-urlencoded')) return readJsonBody(body);
  return readJsonBody(Buffer.from(new URLSearchParams(body.toString()).get('payload') ?? ''));
}

function explain({ issues: [first] }: { issues: { path: PropertyKey[]; message: string }[] }): string {
  return first === undefined ? 'it is not valid.' : `${first.path.map(String).join('.')}: ${first.message}.`;
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
