import { Connection } from '../measure/connection.ts';
import { median } from '../measure/statistics.ts';
import { pause } from '../waits/within.ts';
import type { Attack } from './attack.ts';

/** How long another caller of a server waits at most. */
export interface Waits {
  /** Milliseconds that its slowest answer took. */
  longest: number;
  /** Milliseconds that its answer of the middle took. */
  median: number;
  /** How many answers it got. */
  answers: number;
}

/** Asks a server again and again for so long, as one caller among others, while an attack goes on; every answer must be a success. */
export async function longestWait(
  url: string,
  request: Buffer,
  seconds: number,
  attack?: Attack,
): Promise<Waits> {
  const caller = await Connection.open(url);
  const under = await attack?.begin(url);
  const waits: number[] = [];
  try {
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      const { status, millis } = await caller.send(request);
      if (status >= 300) throw new Error(`A caller was answered ${status} during ${attack?.name ?? 'rest'}.`);
      waits.push(millis);
      await pause(5);
    }
  } finally {
    await under?.stop();
    caller.close();
  }
  return { longest: Math.max(...waits), median: median(waits), answers: waits.length };
}
