import { appendFile } from 'node:fs/promises';
import { renderAnnotations } from './annotations.ts';
import type { RunnerEnvironment } from './environment.ts';
import { renderHuman } from './human.ts';
import { renderJobSummary } from './jobSummary.ts';
import { oneLine, type Report } from './report.ts';
import type { CommonOptions, RunnerStreams } from './runner.ts';

/** Where and how a report is shown. */
export interface PublishTarget {
  cwd: string;
  options: CommonOptions;
  environment: RunnerEnvironment;
  streams: RunnerStreams;
}

/** Shows a report everywhere it is wanted: stdout (human or JSON), annotations, the job's summary, the worker's outputs file. */
export async function publishReport(report: Report, target: PublishTarget): Promise<void> {
  const { cwd, options, environment, streams } = target;
  if (environment.githubActions) {
    const stream = options.json ? streams.stderr : streams.stdout;
    stream.write(renderAnnotations(report, cwd, environment.githubWorkspace ?? cwd));
  }
  await append(environment.githubStepSummary, renderJobSummary(report), 'GITHUB_STEP_SUMMARY', streams);
  await append(environment.nightshiftOutput, outputLines(report), 'NIGHTSHIFT_OUTPUT', streams);
  streams.stdout.write(
    options.json
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : renderHuman(report, { quiet: options.quiet ?? false, stream: streams.stdout }),
  );
}

async function append(
  file: string | undefined,
  text: string,
  variable: string,
  streams: RunnerStreams,
): Promise<void> {
  if (file === undefined || text === '') return;
  try {
    await appendFile(file, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    streams.stderr.write(`warning: could not write ${variable}: ${why}\n`);
  }
}

/** With `--json` the last line of stdout is no reason, so a skipped task gets its reason here. */
function outputLines({ status, summary, outputs }: Report): string {
  return Object.entries(status === 'skipped' ? { ...outputs, skip_reason: summary } : outputs)
    .map(([key, value]) => `${oneLine(key).replaceAll('=', '_')}=${oneLine(value)}\n`)
    .join('');
}
