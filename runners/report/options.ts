import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ownValue } from '../../contract/ownValue.ts';
import type { RunnerDefinition, RunnerStreams } from './runner.ts';
import { UsageError } from './userError.ts';

/** Builds the command line of a runner: its own options, then the ones that all runners share. */
export function buildCommand<Options extends object>(
  definition: RunnerDefinition<Options>,
  streams: RunnerStreams,
): Command {
  const command = new Command(definition.name)
    .description(definition.description)
    .helpOption('-h, --help', 'show this help')
    .allowExcessArguments(false)
    .showHelpAfterError('Run with --help for usage.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
    });
  definition.options(command);
  if (definition.strict !== undefined) command.option('--strict', definition.strict);
  return command
    .option('--cwd <dir>', 'directory to check', '.')
    .option('--json', 'print only the report, as JSON, on stdout')
    .option('--quiet', 'print only findings and the summary')
    .addHelpText(
      'after',
      `${definition.help === undefined ? '' : `\n${definition.help.trim()}\n`}${exitHelp}`,
    );
}

/** Resolves a directory given on the command line, or says what stands there instead. */
export async function checkDirectory(path: string): Promise<string> {
  const absolute = resolve(path);
  const found = await stat(absolute).catch(() => undefined);
  if (found?.isDirectory()) return realpath(absolute);
  const came = found === undefined ? 'does not exist' : 'is a file';
  throw new UsageError(`--cwd: expected an existing directory, but ${absolute} ${came}.`);
}

/** Parses a duration option such as `90s`, `10m` or `500ms` into milliseconds; a bare number means seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim());
  const milliseconds = Number(match?.[1]) * (ownValue(unitMilliseconds, match?.[2] ?? 's') ?? Number.NaN);
  if (milliseconds > 0 && milliseconds <= 86_400_000) return milliseconds;
  throw new InvalidArgumentError('Expected a duration above zero and at most 24h, such as 90s, 10m or 1h.');
}

const unitMilliseconds: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const exitHelp = `
Exit codes: 0 passed, 1 failed, 77 skipped because there was nothing to check, 2 wrong usage.
Findings are on stdout, messages are on stderr. NO_COLOR turns colours off.`;
