import { cutMiddle } from '../../contract/input/cutText.ts';
import { maxExcerptBytes, name } from '../../contract/input/text.ts';
import { oneLine } from '../../contract/text/plainText.ts';

/** The most that the outputs of one attempt take, in bytes of UTF-8, and how long the name of one may be. */
const maxOutputsBytes = 256 * 1024;
const maxKeyLength = 128;

/** How many of the outputs that were left out are named. */
const maxNamed = 10;

/**
 * Leaves out the outputs of a report that are too many or too long, or whose keys are no names, each as a whole, since half a value misleads; the
 * excerpt says so. The command has run already, so a report is never refused for what it made.
 */
export function fitOutputs<
  R extends { outputs: Record<string, string>; logExcerpt?: string | null | undefined },
>(report: R): R {
  let bytes = 0;
  const kept: [string, string][] = [];
  const left: string[] = [];
  for (const [key, value] of Object.entries(report.outputs)) {
    const size = Buffer.byteLength(key) + Buffer.byteLength(value);
    if (!name(maxKeyLength).safeParse(key).success || bytes + size > maxOutputsBytes) {
      left.push(key);
      continue;
    }
    bytes += size;
    kept.push([key, value]);
  }
  if (left.length === 0) return report;
  const excerpt = report.logExcerpt ? `${report.logExcerpt}\n` : '';
  return {
    ...report,
    outputs: Object.fromEntries(kept),
    logExcerpt: cutMiddle(`${excerpt}[nightshift] ${describe(left)}`, maxExcerptBytes),
  };
}

function describe(left: readonly string[]): string {
  const names = left.slice(0, maxNamed).map((key) => oneLine(key.slice(0, 40)));
  const more = left.length > maxNamed ? ` and ${left.length - maxNamed} more` : '';
  return `Outputs were dropped, because the outputs of a step may take ${maxOutputsBytes} bytes in all and a name ${maxKeyLength} characters: ${names.join(', ')}${more}`;
}
