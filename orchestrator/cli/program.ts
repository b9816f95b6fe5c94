import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { addAudit } from './audit.ts';
import { type CliContext, exitCodeHelp } from './context.ts';
import { addCancel, addRetry } from './control.ts';
import { addDb } from './db.ts';
import { addApprovals, addDecisions } from './decide.ts';
import { addDeliveries, addRedeliver } from './deliveries.ts';
import { addDrain } from './drain.ts';
import { addKey } from './key.ts';
import { addList, addRuns } from './list.ts';
import { addPlan } from './plan.ts';
import { addPrune } from './prune.ts';
import { addRun } from './run.ts';
import { addSchedule } from './schedule.ts';
import { addStart } from './start.ts';
import { addUp } from './up.ts';
import { addView } from './view.ts';
import { addWatch } from './watch.ts';
import { addWorker } from './worker.ts';

/** Long lines are hard to read on a wide terminal too. */
function widthOfHelp({ isTTY, columns }: Terminal): number {
  return isTTY ? Math.min(columns || 80, 100) : 80;
}

/** Builds the command line; nothing is read or started before one of its commands runs. */
export function buildProgram(context: CliContext, version: string): Command {
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
  for (const add of [
    addUp,
    addRun,
    addStart,
    addWorker,
    addDrain,
    addList,
    addRuns,
    addView,
    addWatch,
    addSchedule,
    addApprovals,
    addDecisions,
    addDeliveries,
    addRedeliver,
    addCancel,
    addAudit,
    addRetry,
    addPrune,
    addPlan,
    addKey,
    addDb,
  ]) {
    add(program, context);
  }
  return program;
}
