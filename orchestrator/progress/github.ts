import { appendFileSync } from 'node:fs';
import { formatDuration } from '../../contract/text/duration.ts';
import { markdownLine } from '../../contract/text/markdown.ts';
import { plural } from '../../contract/text/plural.ts';
import { taskStatusFacts } from '../../contract/words/taskStatus.ts';

import type { RunObserver } from '../run/events.ts';
import type { RunResult } from '../run/result.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Shows a run to GitHub Actions, when it runs there: passes on the annotations that steps print, which would otherwise
 * end in the log file, and adds the run's table to the job summary.
 */
export function showOnGithub(
  variables: Readonly<Record<string, string | undefined>>,
  stream: Terminal,
): RunObserver {
  if (variables.GITHUB_ACTIONS !== 'true') return () => {};
  const summary = variables.GITHUB_STEP_SUMMARY;
  return (event) => {
    if (event.type === 'annotation') stream.write(`${event.line}\n`);
    if (event.type !== 'runEnded' || !summary) return;
    try {
      appendFileSync(summary, renderSummary(event.result));
    } catch (error) {
      stream.write(`Could not write the job summary: ${(error as Error).message}\n`);
    }
  };
}

function renderSummary({ runId, steps, durationMs, reports }: RunResult): string {
  const rows = steps.map(({ task, status, durationMs: took, reason, outputsUri }) =>
    [
      task,
      taskStatusFacts[status].label,
      took === null ? '' : formatDuration(took),
      [reason, outputsUri].filter(Boolean).join('; '),
    ].map(markdownLine),
  );
  const lines = [
    `## ${markdownLine(runId)}`,
    '',
    '| step | status | took | link or reason |',
    '| --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
    `Took ${formatDuration(durationMs)}.`,
  ];
  if (reports.pending + reports.refused > 0) {
    lines.push(
      `${plural(reports.pending, 'report')} did not reach the server, ${plural(reports.refused, 'was', 'were')} refused.`,
    );
  }
  return `${lines.join('\n')}\n\n`;
}
