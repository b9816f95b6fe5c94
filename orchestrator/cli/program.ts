import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { type CliContext, exitCodeHelp } from './context.ts';

type AddCommand = (program: Command, context: CliContext) => void;

/** The commands in the order of the help. Each is loaded with all that it needs, so a process loads only its own. */
const commands: readonly [names: string, load: () => Promise<AddCommand>][] = [
  ['up', async () => (await import('./up.ts')).addUp],
  ['run', async () => (await import('./run.ts')).addRun],
  ['start', async () => (await import('./start.ts')).addStart],
  ['worker', async () => (await import('./worker.ts')).addWorker],
  ['workers', async () => (await import('./workers.ts')).addWorkers],
  ['drain', async () => (await import('./drain.ts')).addDrain],
  ['list', async () => (await import('./list.ts')).addList],
  ['runs', async () => (await import('./list.ts')).addRuns],
  ['trends', async () => (await import('./trends.ts')).addTrends],
  ['view', async () => (await import('./view.ts')).addView],
  ['watch', async () => (await import('./watch.ts')).addWatch],
  ['schedule', async () => (await import('./schedule.ts')).addSchedule],
  ['approvals', async () => (await import('./decide.ts')).addApprovals],
  ['approve reject', async () => (await import('./decide.ts')).addDecisions],
  ['deliveries', async () => (await import('./deliveries.ts')).addDeliveries],
  ['redeliver', async () => (await import('./deliveries.ts')).addRedeliver],
  ['channels', async () => (await import('./channels.ts')).addChannels],
  ['ack', async () => (await import('./ack.ts')).addAck],
  ['freeze', async () => (await import('./freeze.ts')).addFreeze],
  ['thaw', async () => (await import('./freeze.ts')).addThaw],
  ['cancel', async () => (await import('./control.ts')).addCancel],
  ['audit', async () => (await import('./audit.ts')).addAudit],
  ['retry', async () => (await import('./control.ts')).addRetry],
  ['prune', async () => (await import('./prune.ts')).addPrune],
  ['plan', async () => (await import('./plan.ts')).addPlan],
  ['login', async () => (await import('./login.ts')).addLogin],
  ['logout', async () => (await import('./login.ts')).addLogout],
  ['whoami', async () => (await import('./whoami.ts')).addWhoami],
  ['keys', async () => (await import('./keys.ts')).addKeys],
  ['people', async () => (await import('./people.ts')).addPeople],
  ['key', async () => (await import('./key.ts')).addKey],
  ['db', async () => (await import('./db.ts')).addDb],
];

/** Long lines are hard to read on a wide terminal too. */
function widthOfHelp({ isTTY, columns }: Terminal): number {
  return isTTY ? Math.min(columns || 80, 100) : 80;
}

/**
 * Builds the command line; nothing is read or started before one of its commands runs. With the arguments of a process it
 * has the command that they name alone.
 */
export async function buildProgram(
  context: CliContext,
  version: string,
  [first]: readonly string[] = [],
): Promise<Command> {
  const program = new Command('nightshift')
    .description('Run nightly tasks and agents, keep their history, and hold pull requests for approval.')
    .version(version, '-V, --version')
    .helpCommand('help [command]', 'show help for a command')
    .showHelpAfterError('Run with --help for usage.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      getOutHelpWidth: () => widthOfHelp(context.stdout),
      getErrHelpWidth: () => widthOfHelp(context.stderr),
    })
    .addHelpText(
      'after',
      `\nVariables come from the environment and from .env.nightshift; those that begin
with NIGHTSHIFT_ also from .env.\n\n${exitCodeHelp}`,
    );
  for (const load of loadersFor(first)) (await load())(program, context);
  return program;
}

/** A word that names no command needs all of them, to be told what there is. */
function loadersFor(first: string | undefined): (() => Promise<AddCommand>)[] {
  if (first === '-V' || first === '--version') return [];
  const named = commands.filter(([names]) => names.split(' ').includes(first ?? ''));
  return (named.length > 0 ? named : commands).map(([, load]) => load);
}
