import { createInterface } from 'node:readline';
import { runCommand } from '../../orchestrator/command/command.ts';
import type { StartWay } from '../../orchestrator/command/start/startCommand.ts';

/** What `commands.ts` is asked to do: to run a command so often, one after another, as a worker does. */
export interface CommandWork {
  way: StartWay;
  count: number;
  cmd: readonly [string, readonly string[]];
  /** How many variables it gets beside PATH. */
  variables: number;
}

/** A worker with what it holds in memory, which a fork from it would have to copy the tables of. */
const held = Buffer.alloc(60 * 1024 * 1024, 1);

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await work(JSON.parse(line) as CommandWork)));
}
process.exit(held.length === 0 ? 1 : 0);

/** Milliseconds that all of it took. */
async function work({ way, count, cmd: [file, args], variables }: CommandWork): Promise<number> {
  const named = Array.from({ length: variables }, (_, index) => [`BENCH_${index}`, `value ${index}`]);
  const env = { ...Object.fromEntries(named), PATH: process.env.PATH ?? '' };
  const began = performance.now();
  for (let done = 0; done < count; done += 1) {
    const { ending } = await runCommand({
      ...{ way, file, args, env, cwd: '/', timeoutMs: 60_000, graceMs: 0 },
      signal: new AbortController().signal,
      onOutput: () => undefined,
    });
    if (ending.kind !== 'exit' || ending.code !== 0) throw new Error(`${file} ended by ${ending.kind}.`);
  }
  return performance.now() - began;
}
