import { generateKeyPairSync } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { readApprovals } from '../../../domain/approvals/read.ts';
import type { ApprovalPolicy } from '../../../domain/plans/policy.ts';
import type { Store } from '../../../domain/store.ts';
import { createLog } from '../../../server/log.ts';
import { openInstallations } from '../../../server/pulls/installations.ts';
import { type WatchOptions, watchPulls } from '../../../server/pulls/watch.ts';
import type { GithubAppKey } from '../../../server/settings/githubApp.ts';
import { awaitingPull, later, standingOf } from '../../domain/pulls/support.ts';
import {
  type GithubServer,
  type StoredPull,
  type StoredReview,
  startGithub,
  userNamed,
} from './githubServer.ts';

/** How long `expect.poll` waits in these tests, on a busy machine too. */
export const soon = { interval: 30 };

/** Watches over the pull requests of a GitHub, as replicas do on one store. */
export interface Watching {
  github: GithubServer;
  /** What the replicas logged at info or above. */
  logged: string[];
  /** Makes a task wait for a pull request. */
  begin(
    pull: Pick<StoredPull, 'html_url'>,
    policy?: Partial<ApprovalPolicy>,
  ): ReturnType<typeof awaitingPull>;
  standing(task: { id: number; after: number }): ReturnType<typeof standingOf>;
  /** What came of that which the approval of a task brings about. */
  action(task: {
    id: number;
  }): Promise<{ action: string; state: string; error: string | null } | null | undefined>;
  /** Starts another replica. */
  watch(): { stop(): Promise<void> };
}

/** How the pull requests are watched. */
interface WatchSetting extends Partial<WatchOptions> {
  token?: string | undefined | null;
  /** Whether as a GitHub App, which the owner has installed. @default false */
  app?: boolean;
}

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

/** Makes an App that the owner of the repository has installed; gives its key. */
export function installApp({ accounts }: Pick<GithubServer, 'accounts'>): GithubAppKey {
  accounts.app = { id: '12', publicKey: pair.publicKey };
  accounts.installations.set('isle', 700);
  return { appId: '12', privateKey: pair.privateKey };
}

/** Starts a GitHub and a watch over its pull requests until the end of the test; they look often, so that tests need not wait. */
export async function watching(
  store: Store,
  { token = 'ghp_token', app = false, ...options }: WatchSetting = {},
): Promise<Watching> {
  const github = await startGithub();
  onTestFinished(() => github.close());
  Object.assign(store, { github: { hosts: [github.host, 'github.com'], repositories: [] } });
  const logged: string[] = [];
  const log = createLog('info', { write: (line) => logged.push(line) });
  const { apiUrl } = github;
  const asked = app ? openInstallations({ ...installApp(github), apiUrl, send: fetch }) : token;
  const access = asked === null ? undefined : { token: asked, apiUrl, send: fetch };
  const watch = () => {
    const watched = watchPulls(store, {
      github: access,
      users: new Map(),
      checkEveryMs: 60_000,
      tickMs: 50,
      awayMs: 200,
      log,
      ...options,
    });
    onTestFinished(() => watched.stop());
    return watched;
  };
  watch();
  return {
    github,
    logged,
    watch,
    begin: (pull, policy) =>
      awaitingPull(store, policy, { url: pull.html_url, report: { outputsUri: pull.html_url } }),
    standing: (task) => standingOf(store, task),
    action: async ({ id }) => (await readApprovals(store.db, [id]))[0]?.pullAction,
  };
}

/** A member's review that approves a commit. */
export function reviewOf(commit: string, more: Partial<StoredReview> = {}): StoredReview {
  return {
    id: 1,
    state: 'APPROVED',
    commit_id: commit,
    user: userNamed('ada'),
    submitted_at: later(),
    author_association: 'MEMBER',
    body: '',
    ...more,
  };
}
