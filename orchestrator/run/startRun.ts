import type { Client } from '../../client/index.ts';
import type { OrchestratorConfig } from '../config.ts';
import { reportThrough } from '../journal/clientTarget.ts';
import { openJournal } from '../journal/journal.ts';
import { recoverJournal } from '../journal/recover.ts';
import { createReporter } from '../journal/reporter.ts';
import { channelsOf } from '../notify/channels.ts';
import { createNotifier } from '../notify/notifier.ts';
import { githubHosts } from '../outcome/links.ts';
import type { Plan, Step } from '../plan/schema.ts';
import { secretsOf } from '../plan/secretsOf.ts';
import type { RunObserver } from './events.ts';
import type { RunResult } from './result.ts';
import { chooseRunId } from './runId.ts';
import { runPlan } from './runPlan.ts';

/** What starting a run needs. */
export interface StartOptions {
  client: Client;
  config: OrchestratorConfig;
  plan: Plan;
  /** The steps to run. @default all of the plan */
  steps?: readonly Step[];
  /** Where the log and the results are written. */
  logDir: string;
  /** Ends the run; its reason is the signal's name. */
  signal: AbortSignal;
  observe: RunObserver;
  /** Milliseconds to wait at the end for a server that is away. @default 30000 */
  settleMs?: number;
}

/**
 * Starts a run of a plan and resolves when it has ended: takes over what earlier runs left unreported, runs the steps,
 * reports and notifies, and tells once more of tasks whose notification failed before.
 */
export async function startRun(options: StartOptions): Promise<RunResult> {
  const { client, config, plan, signal, observe } = options;
  const note = (level: 'info' | 'warn' | 'error', text: string) => observe({ type: 'note', level, text });
  const { reporter, refused } = openReporter(client, config, note);
  const notifier = createNotifier({ client, reporter, channels: channelsOf(config), signal, note });
  try {
    await takeOver(config, reporter, note);
    const runId = await chooseRunId(plan.name, new Date(), config.dataDir, async (id) => {
      return (await client.run(id, { signal: AbortSignal.timeout(5000) })) !== null;
    });
    return await runPlan(plan, {
      ...{ runId, reporter, refused, signal, observe, logDir: options.logDir, dataDir: config.dataDir },
      steps: options.steps ?? plan.steps,
      variables: config.variables,
      secrets: secretsOf(config, plan),
      githubHosts: githubHosts(config.githubApiUrl, config.githubServerUrl),
      settleMs: options.settleMs ?? 30_000,
      notify: (result, report) => notifier.tell({ ...result, runId }, report),
      reminders: () =>
        notifier.remind(runId).catch((error: Error) => {
          if (!signal.aborted)
            note('warn', `Tasks that nobody was told of could not be read: ${error.message}`);
        }),
    });
  } finally {
    reporter.close();
  }
}

/** Sends what processes that are gone have left in the journal, and waits for it at most for some time. */
export async function sendJournal(
  client: Client,
  config: OrchestratorConfig,
  note: (level: 'info' | 'warn' | 'error', text: string) => void,
  limitMs: number,
): Promise<void> {
  const { reporter } = openReporter(client, config, note);
  try {
    await takeOver(config, reporter, note);
    await reporter.settle(limitMs);
  } finally {
    reporter.close();
  }
}

type Note = Parameters<typeof sendJournal>[2];

function openReporter(client: Client, config: OrchestratorConfig, note: Note) {
  let refused = 0;
  const reporter = createReporter(reportThrough(client), openJournal(config.dataDir), {
    onAway: (why) => note('warn', `Reports are kept and tried again: ${why}`),
    onBack: () => note('info', 'The server answers again; reports go on.'),
    onRefused({ task, runId }, why) {
      refused++;
      note(
        'error',
        `The server refused a report of ${task} in ${runId} (${why}); it is kept in journal/refused.`,
      );
    },
    onJournalFault: (why) =>
      note('error', `The journal cannot be written, so reports would not survive a crash: ${why}`),
  });
  return { reporter, refused: () => refused };
}

async function takeOver(
  config: OrchestratorConfig,
  reporter: ReturnType<typeof openReporter>['reporter'],
  note: Note,
): Promise<void> {
  const { reports, abandoned } = await recoverJournal(openJournal(config.dataDir), reporter);
  if (reports > 0)
    note('info', `${reports} ${reports === 1 ? 'report' : 'reports'} of earlier runs will be sent now.`);
  for (const { task, runId, started } of abandoned) {
    const what = started ? 'was running and has failed' : 'had not begun and is skipped';
    note('warn', `${task} of ${runId} ${what}: its orchestrator ended.`);
  }
}
