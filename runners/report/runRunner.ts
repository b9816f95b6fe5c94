import type { Writable } from 'node:stream';
import { CommanderError } from 'commander';
import type { RunnerEnvironment } from './environment.ts';
import { missedVariables, readRunnerEnvironment } from './environment.ts';
import { buildCommand, checkDirectory } from './options.ts';
import { publishReport } from './publishReport.ts';
import { createReport, type Report } from './report.ts';
import type { CommonOptions, RunnerContext, RunnerDefinition, RunnerStreams } from './runner.ts';
import { UsageError, UserError } from './userError.ts';

const exitCodes: Record<Report['status'], number> = { passed: 0, failed: 1, skipped: 77 };

/** Runs a runner as the whole process: reads its arguments, prints, and exits with 0 passed, 1 failed, 77 skipped, 2 bad usage. */
export async function runRunner<Options extends object>(
  definition: RunnerDefinition<Options>,
): Promise<void> {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on('error', ignoreBrokenPipe);
  const missed = missedVariables();
  if (missed) stderr.write(`${missed.message}\n`);
  const streams = { stdout, stderr };
  const code = missed?.isFatal
    ? 2
    : await executeRunner(definition, process.argv.slice(2), readRunnerEnvironment(), streams);
  await Promise.all([stdout, stderr].map(flushed));
  process.exit(code);
}

/** Runs a runner within a process and returns its exit code; nothing global is touched. */
export async function executeRunner<Options extends object>(
  definition: RunnerDefinition<Options>,
  args: readonly string[],
  environment: RunnerEnvironment,
  streams: RunnerStreams,
): Promise<number> {
  const command = buildCommand(definition, streams);
  try {
    command.parse(args, { from: 'user' });
    const options = command.opts<Options & CommonOptions>();
    const cwd = await checkDirectory(options.cwd);
    const report = await runGuarded(
      definition,
      options,
      contextFor(cwd, options, environment, streams),
      streams,
    );
    await publishReport(report, { cwd, options, environment, streams });
    return exitCodes[report.status];
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UsageError)) throw error;
    streams.stderr.write(`error: ${error.message}\nRun with --help for usage.\n`);
    return 2;
  }
}

function contextFor(
  cwd: string,
  options: CommonOptions,
  environment: RunnerEnvironment,
  streams: RunnerStreams,
): RunnerContext {
  const toolOutput = options.quiet ? undefined : streams.stderr;
  return { cwd, environment, toolOutput, log: (line) => void toolOutput?.write(`${line}\n`) };
}

async function runGuarded<Options extends object>(
  definition: RunnerDefinition<Options>,
  options: Options & CommonOptions,
  context: RunnerContext,
  streams: RunnerStreams,
): Promise<Report> {
  try {
    return await definition.run(options, context);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (!(error instanceof UserError) && error instanceof Error) streams.stderr.write(`${error.stack}\n`);
    return faultReport(definition.name, error);
  }
}

function faultReport(runner: string, error: unknown): Report {
  const message = error instanceof Error ? error.message : String(error);
  const expected = error instanceof UserError;
  const hint = expected ? error.hint : 'This is a bug in the runner; the stack trace is on stderr.';
  return createReport(runner, {
    summary: `could not finish: ${message}`,
    findings: [{ rule: 'runner', severity: 'error', message, hint }],
    notChecked: [{ what: 'everything', why: 'the runner stopped before it was done' }],
  });
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
