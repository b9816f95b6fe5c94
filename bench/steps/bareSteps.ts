import { fileURLToPath } from 'node:url';
import type { BareWork } from '../servers/bareSteps.ts';
import { onAllProcessors } from '../servers/processors.ts';
import { startProcess } from '../waits/processes.ts';

/** Starts `true` as a step does, without the system around it, from a small process. */
export interface BareSteps {
  readonly pid: number;
  /** Does it so often and gives the milliseconds that all took. */
  run(work: BareWork): Promise<number>;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../servers/bareSteps.ts', import.meta.url));

/** Starts the small process, on all processors as workers are. */
export async function startBareSteps(): Promise<BareSteps> {
  const { pid, ask, stop } = await startProcess({
    name: 'the process that spawns bare',
    command: [...onAllProcessors(), process.execPath, program],
    env: { ...process.env, NODE_ENV: 'production' },
    ready: /^ready$/,
    readyOn: 'stdout',
    endsBy: 'stdin',
  });
  return { pid, stop, run: async (work) => Number(await ask(JSON.stringify(work))) };
}
