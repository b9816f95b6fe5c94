import { type Operation, operationFacts } from './operations.ts';
import type { Scope } from './viewers.ts';
import { wordsOf } from './words.ts';

/** What a command asks a server for. */
interface CommandFacts {
  /** What it cannot do without. */
  asks: readonly Operation[];
  /** What it asks for in some cases, or goes without where that is refused. */
  mayAsk?: readonly Operation[];
}

const takesTasks = ['leaseTask', 'extendLease', 'finishAttempt'] as const;
const registersPlans = ['registerPlan', 'findPlansOnRecord'] as const;
const keepsSchedules = ['settleDue', 'listScheduledRuns', 'listPlans'] as const;
const notifies = ['pageTasks', 'readTask', 'updateTask'] as const;

/** The commands, and the operations that each asks a server for. */
export const commandFacts = {
  up: {
    asks: [...registersPlans, ...keepsSchedules, ...takesTasks, 'pageTasks'],
    mayAsk: ['returnLease', 'readTask', 'updateTask', 'readFreeze'],
  },
  run: {
    asks: ['readViewer', 'startRun', ...takesTasks, 'pageTasks', 'leaveRun'],
    mayAsk: ['cancelRun', 'returnLease', 'readTask', 'updateTask', 'findPolicyProblems'],
  },
  start: { asks: ['startRun'], mayAsk: ['pageTasks', 'watchRun', 'readTask', 'readFreeze'] },
  worker: {
    asks: [...registersPlans, ...takesTasks],
    mayAsk: ['returnLease', ...keepsSchedules, ...notifies],
  },
  workers: { asks: ['listWorkers'] },
  drain: { asks: ['drainWorker'] },
  list: { asks: ['pageTasks'], mayAsk: ['readFreeze'] },
  runs: { asks: ['pageRuns'], mayAsk: ['readFreeze'] },
  trends: { asks: ['readTrends'] },
  view: { asks: ['readTask', 'readRun', 'pageTasks'] },
  watch: { asks: ['readRun', 'watchRun', 'pageTasks'], mayAsk: ['readTask'] },
  schedule: { asks: ['listScheduledRuns'], mayAsk: ['readFreeze'] },
  approvals: { asks: ['pageApprovals'] },
  approve: { asks: ['decideTasks'], mayAsk: ['readTask', 'pageTasks', 'readFreeze'] },
  reject: { asks: ['decideTasks'], mayAsk: ['readTask'] },
  deliveries: { asks: ['pageDeliveries'] },
  redeliver: { asks: ['redeliver'] },
  'channels list': { asks: ['listChannels'] },
  'channels test': { asks: ['testChannel'] },
  cancel: { asks: ['decideTasks', 'cancelRun'], mayAsk: ['readTask', 'readRun'] },
  audit: { asks: ['pageDecisions'] },
  retry: { asks: ['retryTask', 'retryRun'], mayAsk: ['pageTasks', 'readFreeze'] },
  ack: { asks: ['acknowledgeTask', 'unacknowledgeTask'] },
  freeze: { asks: ['freeze'] },
  thaw: { asks: ['thaw'] },
  prune: { asks: ['pruneTasks'], mayAsk: ['pageTasks'] },
  'plan show': { asks: [], mayAsk: ['listPlans'] },
  'plan validate': { asks: ['findPolicyProblems'] },
  'plan graph': { asks: [] },
  'plan list': { asks: ['listPlans'] },
  'plan pause': { asks: ['pausePlan'] },
  'plan resume': { asks: ['resumePlan'] },
  'plan retire': { asks: ['retirePlan'] },
  'plan trust': { asks: ['trustOrigins'] },
  login: { asks: [], mayAsk: ['signInCli'] },
  logout: { asks: [], mayAsk: ['signInCli'] },
  whoami: { asks: ['readViewer'] },
  'keys create': { asks: ['createKey'] },
  'keys list': { asks: ['listKeys'] },
  'keys rotate': { asks: ['rotateKey'] },
  'keys revoke': { asks: ['revokeKey'] },
  'keys generate': { asks: [] },
  'people list': { asks: ['listPeople', 'listWaitingPrincipals'] },
  'people role': { asks: ['setRole'] },
  'people remove': { asks: ['removePerson'] },
  'people forget': { asks: ['forgetPerson'] },
  'people link': { asks: ['linkPerson'] },
  'people unlink': { asks: ['unlinkPerson'] },
  'people delegate': { asks: ['delegate'], mayAsk: ['endDelegation'] },
  key: { asks: [] },
  'db migrate': { asks: [] },
  'db status': { asks: [] },
} as const satisfies Record<string, CommandFacts>;

/** A command of the command line, by the words that call it. */
export type CommandName = keyof typeof commandFacts;
export const commandNames = wordsOf(commandFacts);

/** The operations that a command asks for. */
export function operationsOf(command: CommandName): CommandFacts {
  return commandFacts[command];
}

/** The scopes without which a command does nothing; what runs tasks does all with `work`. */
export function scopesOf(command: CommandName): Scope[] {
  const { asks } = operationsOf(command);
  if (asks.includes('leaseTask')) return ['work'];
  const needed = asks.flatMap((operation) => {
    const { scope } = operationFacts[operation];
    return scope === 'open' ? [] : [scope];
  });
  return [...new Set(needed)];
}
