import type { Edit } from '../issue.ts';

/** Applies edits to a text and leaves every other character as it is; of two that overlap the first one counts. */
export function applyEdits(source: string, edits: readonly Edit[]): { text: string; applied: Edit[] } {
  const mark = source.startsWith('\uFEFF') ? 1 : 0;
  const parts: string[] = [];
  const applied: Edit[] = [];
  let done = 0;
  // The sort is stable: edits at one place keep the order of their rules.
  for (const edit of edits.toSorted((left, right) => left.start - right.start)) {
    if (edit.start + mark < done) continue;
    parts.push(source.slice(done, edit.start + mark), edit.text);
    done = edit.end + mark;
    applied.push(edit);
  }
  return { text: [...parts, source.slice(done)].join(''), applied };
}
