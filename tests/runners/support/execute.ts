import { PassThrough } from 'node:stream';
import { readRunnerEnvironment } from '../../../runners/report/environment.ts';
import type { Report } from '../../../runners/report/report.ts';
import type { RunnerDefinition } from '../../../runners/report/runner.ts';
import { executeRunner } from '../../../runners/report/runRunner.ts';

/** What a runner printed and how it ended. */
export interface Execution {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a runner in this process, with an environment of its own. */
export async function execute<Options extends object>(
  runner: RunnerDefinition<Options>,
  args: string[],
  variables: Record<string, string> = {},
): Promise<Execution> {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const code = await executeRunner(runner, args, readRunnerEnvironment(variables), streams);
  return { code, stdout: read(streams.stdout), stderr: read(streams.stderr) };
}

/** Runs a runner with `--json` and gives its report. */
export async function reportOf<Options extends object>(
  runner: RunnerDefinition<Options>,
  args: string[],
  variables: Record<string, string> = {},
): Promise<Report & { code: number; log: string }> {
  const { code, stdout, stderr } = await execute(runner, [...args, '--json'], variables);
  if (stdout === '') throw new Error(`The runner printed no report, but said: ${stderr}`);
  return { ...JSON.parse(stdout), code, log: stderr };
}

function read(stream: PassThrough): string {
  const content: unknown = stream.read();
  return content instanceof Buffer ? content.toString() : '';
}
