import type { FileHandle } from 'node:fs/promises';

/** Writes one step's lines to the run's log, bounded: the beginning as it comes, the end when the step is over. */
export interface StepLog {
  /** Resolves when the lines are written or kept, so that a fast command waits for a slow disk. */
  write(lines: readonly string[]): Promise<void>;
  end(): Promise<void>;
}

export interface StepLogLimits {
  /** Bytes written from the beginning. */
  head: number;
  /** Bytes kept for the end. */
  tail: number;
}

export const stepLogLimits: StepLogLimits = { head: 32 * 1024 * 1024, tail: 1024 * 1024 };

/** Begins the log of one step in a file that is open for appending; a disk that refuses is told once, to `onFault`. */
export function createStepLog(
  file: FileHandle,
  onFault: (error: unknown) => void,
  limits: StepLogLimits = stepLogLimits,
): StepLog {
  const tail = createTail(limits.tail);
  let written = 0;
  let full = false;
  let broken = false;

  async function append(text: string): Promise<void> {
    if (broken || text === '') return;
    await file.appendFile(text).catch((error: unknown) => {
      broken = true;
      onFault(error);
    });
  }

  return {
    async write(lines) {
      let text = '';
      for (const line of lines) {
        const bytes = Buffer.byteLength(line) + 1;
        full ||= written + bytes > limits.head;
        if (full) {
          tail.add(line, bytes);
        } else {
          written += bytes;
          text += `${line}\n`;
        }
      }
      await append(text);
    },
    async end() {
      const leftOut = tail.leftOut();
      const note = leftOut > 0 ? `… ${leftOut.toLocaleString('en')} bytes of output left out …\n` : '';
      await append(note + tail.text());
    },
  };
}

/** Keeps the last lines that fit into a number of bytes. */
function createTail(limit: number) {
  let lines: { line: string; bytes: number }[] = [];
  let first = 0;
  let held = 0;
  let leftOut = 0;
  return {
    add(line: string, bytes: number) {
      lines.push({ line, bytes });
      held += bytes;
      for (let oldest = lines[first]; oldest && held > limit; oldest = lines[++first]) {
        held -= oldest.bytes;
        leftOut += oldest.bytes;
      }
      // Cut in large steps, so that a flood of short lines costs no more than its length.
      if (first > 1024 && first > lines.length / 2) {
        lines = lines.slice(first);
        first = 0;
      }
    },
    leftOut: () => leftOut,
    text: () =>
      lines
        .slice(first)
        .map(({ line }) => `${line}\n`)
        .join(''),
  };
}
