import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listCommands } from '../support/listCommands.ts';

const sections = new Map(
  readFileSync('docs/cli.md', 'utf8')
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

const commands = await listCommands();

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
