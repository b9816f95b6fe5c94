import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { readRunnerEnvironment } from '../../../runners/report/environment.ts';
import type { Report } from '../../../runners/report/report.ts';
import { executeRunner } from '../../../runners/report/runRunner.ts';
import { seoRunner } from '../../../runners/seo/seoRunner.ts';

const main = fileURLToPath(new URL('../../../runners/seo/main.ts', import.meta.url));

/** Starts the runner as a process in a directory, with these variables and no others that it would heed. */
export function startSeo(cwd: string, args: string[], variables: Record<string, string> = {}) {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const env = { PATH, HOME, TMPDIR, ...variables };
  return execa(process.execPath, [main, ...args], {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
}

/** Runs it to its end within this process. */
export async function runSeo(cwd: string, args: string[], variables: Record<string, string> = {}) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const said = Promise.all([text(streams.stdout), text(streams.stderr)]);
  const exitCode = await executeRunner(
    seoRunner,
    [...args, '--cwd', cwd],
    readRunnerEnvironment(variables),
    streams,
  );
  for (const stream of Object.values(streams)) stream.end();
  const [stdout, stderr] = await said;
  return { exitCode, stdout, stderr };
}

/** Runs it to its end with `--json` and reads the report. */
export async function reportOf(cwd: string, args: string[], variables: Record<string, string> = {}) {
  const { exitCode, stdout } = await runSeo(cwd, [...args, '--json'], variables);
  return { exitCode, report: JSON.parse(stdout) as Report };
}
