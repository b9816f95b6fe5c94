import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { within } from '../waits/within.ts';
import type { Attack } from './attack.ts';

/** Has an attack made by a thread of its own, so that what it costs the attacker holds nobody up. */
export function fromElsewhere({ name }: Attack, byKey: Record<string, string>): Attack {
  return {
    name,
    async begin(url) {
      const worker = new Worker(new URL('./attacker.ts', import.meta.url), {
        workerData: { name, url, byKey },
      });
      const ended = once(worker, 'exit');
      await within(`the attack with ${name} to begin`, once(worker, 'message'));
      return {
        async stop() {
          worker.postMessage('stop');
          await within(`the attack with ${name} to end`, ended);
        },
      };
    },
  };
}
