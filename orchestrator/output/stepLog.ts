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
      if (lines.length === 0) return;
      const text = `${lines.join('\n')}\n`;
      const bytes = Buffer.byteLength(text);
      full ||= written + bytes > limits.head;
      if (full) return tail.add(text, bytes);
      written += bytes;
      await append(text);
    },
    async end() {
      const { text, leftOut } = tail.end();
      const note = leftOut > 0 ? `… ${leftOut.toLocaleString('en')} bytes of output left out …\n` : '';
      await append(note + text);
    },
  };
}

/** Keeps the last lines that fit into a number of bytes, in blocks as they came. */
function createTail(limit: number) {
  const blocks: { text: string; bytes: number }[] = [];
  let held = 0;
  let leftOut = 0;
  return {
    add(text: string, bytes: number) {
      blocks.push({ text, bytes });
      held += bytes;
      for (let oldest = blocks[0]; oldest && held - oldest.bytes >= limit; oldest = blocks[0]) {
        held -= oldest.bytes;
        leftOut += oldest.bytes;
        blocks.shift();
      }
    },
    end() {
      const all = Buffer.from(blocks.map(({ text }) => text).join(''));
      const cut = all.length - limit;
      // From the first line that fits whole.
      const start = cut <= 0 ? 0 : all.indexOf('\n', cut - 1) + 1;
      return { text: all.toString('utf8', start), leftOut: leftOut + start };
    },
  };
}
