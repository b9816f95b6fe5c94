import * as z from 'zod';
import { name } from '../../contract/input/text.ts';

/** What a worker says of itself, for those who look after it; nothing is decided by it. */
export const workerAbout = z.object({
  /** The version of its package. */
  version: name(64).nullish(),
  /** The number of the protocol that it speaks. */
  protocol: z.int().min(0).max(999_999).nullish(),
  /** The version of its Node. */
  node: name(64).nullish(),
  /** Its operating system and processor. */
  platform: name(64).nullish(),
  /** How many commands it runs at once. */
  concurrency: z.int().min(1).max(1_000_000).nullish(),
});

export type WorkerAbout = z.output<typeof workerAbout>;
