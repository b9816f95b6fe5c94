import { mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { createClient, expectType } from '../../client/index.ts';
import { githubHosts } from '../outcome/links.ts';
import { createStepLog } from '../output/stepLog.ts';
import { loadPlan } from '../plan/loadPlan.ts';
import { planInput } from '../plan/planInput.ts';
import type { Plan } from '../plan/schema.ts';
import { secretsOf } from '../run/startRun.ts';
import { runWorker, type WorkerEvent } from '../worker/worker.ts';
import { type Connection, withConnection } from './connect.ts';
import type { CliContext } from './context.ts';
import { interruptible } from './interruption.ts';
import { collect, parseCount } from './parse.ts';

interface WorkerOptions {
  concurrency: number;
  labels?: string[];
  name: string;
  logs: string;
}

/** `nightshift worker`: takes tasks of plans and runs their commands, until it is told to stop. */
export function addWorker(program: Command, context: CliContext): void {
  program
    .command('worker [plan...]')
    .description('take tasks of these plans and run their commands')
    .option('--concurrency <count>', 'how many commands run at once', parseCount(100), 1)
    .option('--labels <labels>', 'what it is labelled with, commas between them', collect)
    .option('--name <name>', 'by which attempts name it', `${hostname()}/${process.pid}`)
    .option('--logs <dir>', 'where the full output of commands is written', '.')
    .addHelpText(
      'after',
      `
It runs only steps of its own plan files, "nightly" unless you name others, and needs nothing but API_BASE and API_KEY.
Without API_BASE it works for the server that runs on NIGHTSHIFT_DATA.

Examples:
  API_BASE=https://nightshift.example.org API_KEY=… nightshift worker --concurrency 4 --labels linux,gpu
  nightshift worker nightly weekly`,
    )
    .action(async (names: string[], options: WorkerOptions) => {
      const wanted = names.length === 0 ? ['nightly'] : names;
      const plans = await Promise.all(wanted.map((name) => loadPlan(name, context.directory)));
      await interruptible(
        (signal) =>
          withConnection(context, (connection) => work(context, connection, plans, options, signal)),
        (name) => context.say(`\n${name}: ending what runs; once more ends everything at once.`),
      );
    });
}

async function work(
  context: CliContext,
  { client, url }: Connection,
  plans: readonly Plan[],
  options: WorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  const config = context.config();
  const known = new Map<string, Plan>();
  for (const plan of plans) {
    const answer = await client.registerPlan(planInput(plan, secretsOf(config, plan)));
    known.set(expectType(answer, 'RegisteredPlan').hash, plan);
  }
  context.say(`${options.name} works for ${url}: ${plans.map(({ name }) => name).join(', ')}`);
  const logDir = resolve(context.directory, options.logs);
  await mkdir(logDir, { recursive: true });
  const file = await open(join(logDir, 'nightshift-worker.log'), 'a', 0o640);
  try {
    await runWorker({
      client,
      // The server holds a request for work up to 20 s.
      patientClient: createClient({ url, apiKey: config.apiKey, timeoutMs: 40_000, retries: 2 }),
      plans: known,
      ...{ name: options.name, labels: options.labels ?? [], concurrency: options.concurrency },
      ...{ dataDir: config.dataDir, variables: config.variables, signal },
      secrets: [...new Set(plans.flatMap((plan) => secretsOf(config, plan)))],
      githubHosts: githubHosts(config.githubApiUrl, config.githubServerUrl),
      beginLog: () =>
        createStepLog(file, (error) => context.say(`The log cannot be written: ${String(error)}`)),
      observe: (event) => context.say(`${new Date().toISOString()} ${describe(event)}`),
    });
  } finally {
    await file.close();
  }
}

function describe(event: WorkerEvent): string {
  switch (event.type) {
    case 'leased':
      return `${event.task} of ${event.runId} started${event.number > 1 ? `, attempt ${event.number}` : ''}`;
    case 'finished':
      return `${event.task} of ${event.runId}: ${event.status}${event.reason === null ? '' : ` (${event.reason})`}`;
    case 'lost':
      return `${event.task} of ${event.runId}: its lease lapsed, so this attempt does not count`;
    case 'refused':
      return `${event.task} of ${event.runId}: the server refused its report: ${event.why}`;
    case 'away':
      return event.why;
  }
}
