import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { CliContext } from '../../../orchestrator/cli/context.ts';
import { buildProgram } from '../../../orchestrator/cli/program.ts';

const sections = new Map(
  readFileSync('docs/cli.md', 'utf8')
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

/** Lists the commands that do something, each with the words by which it is called. */
function listCommands(command: Command, path: readonly string[] = []): [string, Command][] {
  const { commands } = command;
  if (commands.length === 0) return [[path.join(' '), command]];
  return commands.flatMap((one) => listCommands(one, [...path, one.name()]));
}

const commands = listCommands(await buildProgram({} as CliContext, '0'));

describe('The page about the command line', () => {
  it('has every command, and no other', () => {
    expect([...sections.keys()].sort()).toEqual(commands.map(([path]) => path).sort());
  });

  it.each(commands)('has the options of %s, and the values that they take', (path, { options }) => {
    const section = sections.get(path) ?? '';
    const names = options.flatMap(({ short, long, argChoices }) => [short, long, ...(argChoices ?? [])]);
    expect(names.filter((name) => name && !new RegExp(`${name}\\b`).test(section))).toEqual([]);
  });
});
