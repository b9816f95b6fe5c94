import type { Freeze } from '../contract/freeze.ts';
import type { GithubRules } from '../contract/pulls/githubRules.ts';
import type { PullReach } from '../contract/pulls/pullReach.ts';
import type { PullReader } from '../contract/pulls/pullReader.ts';
import type { Channel } from '../contract/words/notifications.ts';
import type { Database } from '../database/database.ts';
import type { TaskChangesHub } from './changes/changes.ts';
import type { WorkSignal } from './changes/workSignal.ts';
import type { GithubUsers, KnownPeople } from './input/people.ts';
import type { Setting } from './input/setting.ts';
import type { ApprovalFloor } from './plans/approvalFloor.ts';
import type { TaskQueue } from './queue/queue.ts';

/** What every function of the domain that writes works on: the database, those who want to hear of changes, and the queue of what workers may take. */
export interface Store {
  db: Database;
  changes: TaskChangesHub;
  /** Gives the queue, started on first use: never within a transaction, which may hold the only connection. */
  queue(): Promise<TaskQueue>;
  /** Wakes those who wait for work. */
  work: WorkSignal;
  /** Gives the groups of somebody of whom only the name is known. */
  groupsOf?: (viewer: string) => readonly string[];
  /** The viewers that logins of GitHub stand for. */
  githubUsers?: GithubUsers;
  /** What this server demands of approvals, whatever plans say. @default nothing */
  approvalFloor?: ApprovalFloor | undefined;
  /** Who alone decides, where people are listed; the server's own keys aside. @default everybody with the scope */
  admins?: readonly string[];
  /** How it hears of pull requests. @default not at all */
  pullReach?: PullReach;
  /** What reads a pull request when somebody looks at it. @default nothing, and what is kept is shown */
  pullReader?: PullReader | undefined;
  /** Who can be a person here, as policies ask for people. @default not known */
  knownPeople?: KnownPeople;
  /** What the server knows of GitHub. @default `defaultRules` */
  github?: GithubRules;
  /** Milliseconds after which a lease lapses without a sign of its holder, by the database's clock. */
  leaseMs: number;
  /** How many requests of one address may wait for work at once. @default 1500 */
  maxWaiting?: number;
  /** What this server runs with, without secrets. @default not known */
  settings?: readonly Setting[] | undefined;
  /** Called after keys, sessions or people have changed, so that this server knows at once. */
  onKeysChanged?: () => Promise<void>;
  /** The freeze of the server as this process last heard of it; null for none. @default not known */
  knownFreeze?: () => Freeze | null;
  /** Who is told of what awaits a decision; the queue of deliveries must be there with any. @default none */
  channels?: readonly Channel[];
}
