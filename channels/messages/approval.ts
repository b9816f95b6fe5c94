import { type DecidedAbout, decidedAbout } from '../../contract/decidedAbout.ts';
import type { ClaimedDelivery } from '../../contract/notifications/delivery.ts';
import type { ApprovalFacts } from '../../contract/notifications/facts.ts';
import { isWebLink } from '../../contract/urls/webLink.ts';
import type { DeliveryKind } from '../../contract/words/notifications.ts';
import type { Message, MessageContent } from './message.ts';
import { howToLook, type Pages, pageFields, pageLinks, pageUrls } from './pages.ts';

/** Writes that an approval is needed, or why it is notified again. The texts for Slack and email stay as they are: others read them. */
export function approvalMessage(
  delivery: ClaimedDelivery,
  approvalUrl: string | undefined,
  pages: Pages,
): MessageContent {
  const { kind, outputsUri, logExcerpt, createdAt, inputs } = delivery;
  const facts = delivery.payload as ApprovalFacts;
  const about = { taskId: facts.taskId, isApproval: true, runId: facts.runId };
  const isGate = facts.approvalKind === 'gate';
  const { task, runId } = facts;
  const { title, text, decided } = describeWait({ kind, task, runId, isGate, inputs, outputsUri });
  return {
    title,
    text,
    facts: [
      ...describe(facts, kind),
      ...(isGate && decided ? [[decided.label, decided.text] as const] : []),
      ...howToLook(pages, about),
    ],
    links: [...linksOf(facts, outputsUri, approvalUrl), ...pageLinks(pages, about)],
    excerpt: logExcerpt,
    email: {
      ...mailFields({ task, runId, outputsUri, logExcerpt }),
      ...(approvalUrl === undefined ? {} : { approval_url: approvalUrl }),
      ...(kind === 'approval_needed' ? {} : { kind }),
      // The first one says no more than it always has, where there is a link to decide by.
      ...(kind === 'approval_needed' && approvalUrl !== undefined ? {} : pageFields(pages, about)),
      ...gateFields(isGate, decided),
    },
    data: {
      ...pageFields(pages, about),
      task_id: facts.taskId,
      task: facts.task,
      run_id: facts.runId,
      plan: facts.plan,
      project: facts.project ?? null,
      status: 'awaiting_approval',
      outputs_uri: outputsUri,
      log_excerpt: logExcerpt,
      requested_at: facts.requestedAt,
      expires_at: facts.expiresAt,
      told_at: createdAt,
      approval_id: facts.approvalId,
      approval_kind: facts.approvalKind ?? 'output',
      ...(isGate ? whatRuns(decided) : {}),
      required: facts.required,
      approvers: facts.approvers,
      ...(kind === 'approval_escalated' ? { escalated_to: facts.escalateTo } : {}),
      pull_request: facts.pullRequest && {
        owner: facts.pullRequest.owner,
        repo: facts.pullRequest.repo,
        number: facts.pullRequest.number,
        head_sha: facts.pullRequest.headSha,
      },
      ...(approvalUrl === undefined ? {} : { approval_url: approvalUrl }),
    },
  };
}

/** What a run or worker knows of a task that needs approval. */
export interface AwaitingTask {
  /** Left out where nobody knows it. */
  taskId?: number | undefined;
  task: string;
  runId: string;
  outputsUri: string | null;
  logExcerpt: string | null;
  inputs?: unknown;
  /** Whether it is approved before it runs. */
  isGate: boolean;
}

/**
 * Writes that a task awaits approval for whoever runs a plan without a server that notifies: the text, the fields of
 * the email webhook, and the page of the task where there is one.
 */
export function awaitingMessage(
  { taskId, ...waiting }: AwaitingTask,
  pages: Pages,
): Omit<MessageContent, 'data'> {
  const { isGate, logExcerpt } = waiting;
  const { title, text, decided } = describeWait({ kind: 'approval_needed', ...waiting });
  return {
    title,
    text,
    facts: [],
    links: pageLinks(pages, { taskId, isApproval: true }),
    excerpt: logExcerpt,
    email: {
      ...mailFields(waiting),
      ...pageUrls(pages, { taskId, isApproval: true }),
      ...gateFields(isGate, decided),
    },
  };
}

/** Says in one line what awaits approval, and what is decided about. */
function describeWait({
  kind,
  task,
  runId,
  isGate,
  ...made
}: Pick<AwaitingTask, 'task' | 'runId' | 'isGate' | 'inputs' | 'outputsUri'> & { kind: DeliveryKind }) {
  const decided = decidedAbout({ isGate, ...made });
  const title = `Task ${task} ${phrases[kind] ?? ''}${isGate ? ', before it runs' : ''}`;
  return { title, text: `${title}: ${decided?.text ?? `no link, see run ${runId}`}`, decided };
}

/** The fields of the email webhook, whose names others read. */
function mailFields({
  task,
  runId,
  outputsUri,
  logExcerpt,
}: Pick<AwaitingTask, 'task' | 'runId' | 'outputsUri' | 'logExcerpt'>): object {
  const about = { run_id: runId, task, status: 'awaiting_approval' };
  return { ...about, outputs_uri: outputsUri, log_excerpt: logExcerpt };
}

function gateFields(isGate: boolean, decided: DecidedAbout | null): object {
  return isGate ? { approval_kind: 'gate', ...whatRuns(decided) } : {};
}

/** What is to run, for programs: in the words that people read. */
function whatRuns(decided: DecidedAbout | null): object {
  return decided === null ? {} : { [decided.label.toLowerCase()]: decided.text };
}

const phrases: Partial<Record<DeliveryKind, string>> = {
  approval_needed: 'awaiting approval',
  approval_changed: 'awaiting approval again, because its pull request has changed',
  approval_reminder: 'still awaiting approval',
  approval_escalated: 'awaiting approval, escalated because nobody decided in time',
};

function describe(facts: ApprovalFacts, kind: DeliveryKind): Message['facts'] {
  const { pullRequest, required, approvers, escalateTo, expiresAt } = facts;
  const head = pullRequest?.headSha ? ` at ${pullRequest.headSha.slice(0, 12)}` : '';
  const deciders = [...approvers, ...(kind === 'approval_escalated' ? escalateTo : [])];
  const rows: [string, string][] = [
    ['Task', `${facts.taskId} ${facts.task}`],
    ['Run', facts.runId],
    [
      'Pull request',
      pullRequest ? `${pullRequest.owner}/${pullRequest.repo}#${pullRequest.number}${head}` : '',
    ],
    ['Decided by', deciders.join(', ')],
    ['Needs', required > 1 ? `${required} approvals` : ''],
    ['Until', expiresAt === null ? '' : `${expiresAt.slice(0, 16).replace('T', ' ')} UTC`],
  ];
  return rows.filter(([, value]) => value !== '');
}

function linksOf(
  { pullRequest }: ApprovalFacts,
  outputsUri: string | null,
  approvalUrl: string | undefined,
): Message['links'] {
  const made = outputsUri !== null && isWebLink(outputsUri) ? [outputsUri] : [];
  return [
    ...made.map((url) => ({ label: pullRequest ? 'Pull request' : 'Output', url })),
    ...(approvalUrl === undefined ? [] : [{ label: 'Decide', url: approvalUrl }]),
  ];
}
