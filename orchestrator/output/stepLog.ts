import type { FileHandle } from 'node:fs/promises';
import { plural } from '../../contract/text/plural.ts';
import { type ByteRing, createByteRing } from './byteRing.ts';

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

export const stepLogLimits: StepLogLimits = { head: 25 * 1024 ** 2, tail: 5 * 1024 ** 2 };

/** Begins the log of one step in a file that is open for appending; an error of the disk goes once to `onFault`. */
export function createStepLog(
  file: FileHandle,
  onFault: (error: unknown) => void,
  limits: StepLogLimits = stepLogLimits,
): StepLog {
  const tail = createByteRing(limits.tail);
  let written = 0;
  let full = false;
  let broken = false;

  async function append(text: string | Uint8Array): Promise<void> {
    if (broken || text.length === 0) return;
    await file.appendFile(text).catch((error: unknown) => {
      broken = true;
      onFault(error);
    });
  }

  return {
    async write(lines) {
      if (lines.length === 0) return;
      const bytes = Buffer.from(`${lines.join('\n')}\n`);
      full ||= written + bytes.length > limits.head;
      if (full) return tail.add(bytes);
      written += bytes.length;
      await append(bytes);
    },
    async end() {
      const { lines, leftOut } = readTail(tail);
      if (leftOut > 0) await append(`[nightshift] ${nameSize(leftOut)} left out here\n`);
      await append(lines);
    },
  };
}

/** Lets each line of a log begin with a label, for files to which several write at once. */
export function labelled(log: StepLog, label: string): StepLog {
  return { write: (lines) => log.write(lines.map((line) => `${label} | ${line}`)), end: () => log.end() };
}

/** The whole lines at the end that were kept, and how many bytes before them are lost. */
function readTail(tail: ByteRing): { lines: Buffer; leftOut: number } {
  const { kept, gone } = tail.read();
  const lineEnd = kept.indexOf('\n');
  // The first line may have lost its beginning. One that fills the ring alone is cut between characters.
  const start = gone === 0 ? 0 : lineEnd < kept.length - 1 ? lineEnd + 1 : firstCharacter(kept);
  return { lines: kept.subarray(start), leftOut: gone + start };
}

function firstCharacter(bytes: Uint8Array): number {
  const start = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(0, start);
}

function nameSize(bytes: number): string {
  const megabytes = bytes / 1024 ** 2;
  if (megabytes < 0.1) return plural(bytes, 'byte');
  return `${megabytes.toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}
