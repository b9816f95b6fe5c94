import type { LinkRules } from '../outcome/links.ts';
import { createOutputScanner } from '../outcome/outputs.ts';
import { createExcerpt } from '../output/excerpt.ts';
import { createOutputLines } from '../output/outputLines.ts';
import type { StepContext } from './stepContext.ts';

/** Follows both streams: into the log, the excerpt, the links, the last line. */
export function watchOutput(rules: LinkRules, { secrets, log, onLine, onAnnotation }: StepContext) {
  const scanner = createOutputScanner(rules);
  const scans = { stdout: scanner.follow(), stderr: scanner.follow() };
  const excerpt = createExcerpt();
  const linesOf = (stream: 'stdout' | 'stderr') =>
    createOutputLines(secrets, {
      onLink: scanner.scan,
      onText(text) {
        scans[stream].push(text);
        if (stream === 'stdout') scanner.declare(text);
      },
      onRow: excerpt.add,
    });
  const streams = { stdout: linesOf('stdout'), stderr: linesOf('stderr') };

  async function follow(lines: readonly string[]): Promise<void> {
    for (const line of lines) if (annotation.test(line)) onAnnotation?.(line);
    const latest = lines.findLast((line) => line.trim() !== '');
    if (latest !== undefined) onLine?.(latest);
    await log.write(lines);
  }

  return {
    async take(chunk: Uint8Array, stream: 'stdout' | 'stderr') {
      for (let from = 0; from < chunk.length; from += mostAtOnce)
        await follow(streams[stream].push(chunk.subarray(from, from + mostAtOnce)));
    },
    async end() {
      await follow(streams.stdout.end());
      await follow(streams.stderr.end());
      scanner.endDeclaring();
      scans.stdout.end();
      scans.stderr.end();
    },
    async remark(lines: readonly string[]) {
      for (const line of lines) excerpt.add({ text: line });
      await log.write(lines);
    },
    scan: scanner.scan,
    printed: scanner.printed,
    lastLine: () => (streams.stdout.lastLine() ?? streams.stderr.lastLine())?.trim(),
    excerpt: () => excerpt.toString(),
  };
}

// The only commands of GitHub Actions that cannot change anything: a step's output must not give others.
const annotation = /^::(error|warning|notice)[ :]/;

/** Bytes that are followed at once: what is made of more of them would outlive more collections of young objects. */
const mostAtOnce = 16 * 1024;
