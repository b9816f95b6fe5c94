import type { Command } from 'commander';
import type { CliContext } from '../../../orchestrator/cli/context.ts';
import { buildProgram } from '../../../orchestrator/cli/program.ts';

/** Lists the commands of the command line that do something, each with the words by which it is called. */
export async function listCommands(): Promise<[path: string, command: Command][]> {
  return below(await buildProgram({} as CliContext, '0'), []);
}

function below(command: Command, path: readonly string[]): [string, Command][] {
  const { commands } = command;
  if (commands.length === 0) return [[path.join(' '), command]];
  return commands.flatMap((one) => below(one, [...path, one.name()]));
}
