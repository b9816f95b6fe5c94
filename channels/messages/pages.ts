import { planLabel } from '../../contract/projectName.ts';
import { shellWord } from '../../contract/text/shellWord.ts';
import type { Fact, Message } from './message.ts';

/** Where people see more of what a notification tells. */
export interface Pages {
  /** The address of the server for people, without a slash at its end; undefined where none lasts. */
  base: string | undefined;
  /** Where its recipient can decide about the approvals that a digest names, by their ids. */
  decide: ReadonlyMap<number, string>;
}

/** No page leads anywhere: the server ends with the command that started it. */
export const noPages: Pages = { base: undefined, decide: new Map() };

/** What a notification is about. */
interface About {
  taskId?: number | undefined;
  /** Whether it is about the approval of that task, which has a card. @default false */
  isApproval?: boolean;
  runId?: string | undefined;
  plan?: { project: string | null | undefined; name: string } | undefined;
}

/** The addresses of the pages of a task, the card of its approval, a run and a plan; those that there are. */
export function pageUrls({ base }: Pages, { taskId, isApproval = false, runId, plan }: About) {
  if (base === undefined) return {};
  return {
    ...(taskId === undefined ? {} : { task_url: `${base}/tasks/${taskId}` }),
    ...(taskId === undefined || !isApproval ? {} : { card_url: `${base}/approvals/${taskId}` }),
    ...(runId === undefined ? {} : { run_url: `${base}/runs/${encodeURIComponent(runId)}` }),
    ...(plan === undefined ? {} : { plan_url: `${base}/plans/${encodeURIComponent(planLabel(plan))}` }),
  };
}

/** Links to the pages of what a notification is about. The card of an approval leads on to its task. */
export function pageLinks(pages: Pages, about: About): Message['links'] {
  const { task_url: task, card_url: card, run_url: run, plan_url: plan } = pageUrls(pages, about);
  const first = card === undefined ? { label: 'Task', url: task } : { label: 'Approval', url: card };
  return [
    ...(first.url === undefined ? [] : [{ ...first, url: first.url }]),
    ...(run === undefined ? [] : [{ label: 'Run', url: run }]),
    ...(plan === undefined ? [] : [{ label: 'Plan', url: plan }]),
  ];
}

/** What programs get of that: the addresses, or the command by which to look where there is none. */
export function pageFields(pages: Pages, about: About): object {
  return pages.base === undefined ? { look: lookAt(about) } : pageUrls(pages, about);
}

/** How to look where no page leads: a command; nothing where there is one. */
export function howToLook({ base }: Pages, about: About): Fact[] {
  return base === undefined ? [['Details', lookAt(about)]] : [];
}

function lookAt({ taskId, runId, plan }: About): string {
  if (plan !== undefined) return `nightshift schedule --plan ${shellWord(planLabel(plan))}`;
  return `nightshift view ${runId == null ? taskId : shellWord(runId)}`;
}
