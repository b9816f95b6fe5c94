import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Connection } from '../measure/connection.ts';
import { writeRequest } from '../measure/request.ts';

/** What `bareSteps.ts` is asked to do: to start `true` so often, each time between two calls where there is a server. */
export interface BareWork {
  count: number;
  atOnce: number;
  /** The bare server. */
  url?: string;
}

/**
 * What a step cannot do without: a process is started and waited for, alone or between two bare calls with a row each.
 * In a program of its own, because what it costs to start a process grows with the size of the one that starts it.
 */
const connections = new Map<string, Connection>();
let created = 0;
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const millis = await work(JSON.parse(line) as BareWork);
  console.log(JSON.stringify(millis));
}
process.exit();

/** Milliseconds that all of it took. */
async function work({ count, atOnce, url }: BareWork): Promise<number> {
  const callers = await Promise.all(Array.from({ length: atOnce }, (_, index) => open(url, index)));
  const began = performance.now();
  let begun = 0;
  const one = async (caller: Connection | undefined) => {
    while (begun < count) {
      begun += 1;
      await (caller ? spawnBetweenCalls(caller) : spawnTrue());
    }
  };
  await Promise.all(callers.map(one));
  return performance.now() - began;
}

async function open(url: string | undefined, index: number): Promise<Connection | undefined> {
  if (url === undefined) return undefined;
  const key = `${url} ${index}`;
  const connection = connections.get(key) ?? (await Connection.open(url));
  connections.set(key, connection);
  return connection;
}

/** As a worker does: its output comes through pipes, and it ends when they do. */
function spawnTrue(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('true', [], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.resume();
    child.stderr.resume();
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`true ended with ${code}.`))));
  });
}

async function spawnBetweenCalls(caller: Connection): Promise<void> {
  created += 1;
  const common = { status: 'running', started_at: '2025-01-15T02:30:00Z' };
  const begun = { ...common, task: `bench.bare.${created}`, run_id: 'bare' };
  await expectSuccess(caller, writeRequest('POST', '/', begun));
  await spawnTrue();
  const ended = { status: 'succeeded', finished_at: '2025-01-15T02:35:00Z', duration_ms: 1 };
  await expectSuccess(caller, writeRequest('PATCH', '/1', ended));
}

async function expectSuccess(caller: Connection, request: Buffer): Promise<void> {
  const { status } = await caller.send(request);
  if (status >= 300) throw new Error(`The bare server answered ${status}.`);
}
