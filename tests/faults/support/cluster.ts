import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, createClient } from '../../../client/index.ts';
import type { PlanDefinition } from '../../../contract/plan/definition.ts';
import type { DatabaseConfig } from '../../../database/database.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { keyOf, noteKey } from '../../support/keys.ts';
import { type NodeProcess, spawnNode } from '../../support/spawnNode.ts';

const entry = resolve(import.meta.dirname, '../../../orchestrator/nightshift.mjs');
const definePlan = resolve(import.meta.dirname, '../../../orchestrator/plan.ts');

/** A server as a process of its own, which can be killed and started again on its port. */
export interface ServerProcess {
  readonly url: string;
  readonly client: Client;
  /** Ends it with `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again on the same port; resolves when it answers. */
  start(): Promise<void>;
  /** What it logged at warn or above since it was started first. */
  logged(): string[];
}

/** Servers and workers as processes of their own, in a directory of plans. */
export interface Cluster {
  readonly directory: string;
  writePlan(name: string, plan: PlanDefinition): void;
  startServer(variables?: Record<string, string>): Promise<ServerProcess>;
  /** Starts a worker of a plan that speaks to one server. */
  startWorker(server: ServerProcess, plan: string, name: string, concurrency: number): Promise<NodeProcess>;
  /** What each task's commands noted in `$HOME/marks`, by `<run>-<task>`. */
  marks(): Map<string, string[]>;
  /** What all processes said, for a test that failed. */
  said(): string;
  /** Ends all processes and removes the directory. */
  close(): Promise<void>;
}

/** Makes a cluster on a database, without a process yet. */
export function makeCluster(database: DatabaseConfig): Cluster {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-cluster-'));
  mkdirSync(join(directory, 'marks'));
  const running = new Set<NodeProcess>();
  const environment = {
    HOME: directory,
    NIGHTSHIFT_DATA: join(directory, 'data'),
    API_BASE: '',
    LOG_LEVEL: 'warn',
    ...('url' in database
      ? { DATABASE_URL: database.url }
      : { DATABASE_URL: '', NIGHTSHIFT_DATA: database.dataDir }),
  };
  const launch = (args: string[], variables: Record<string, string>) => {
    const child = spawnNode([entry, ...args], { ...environment, ...variables }, directory);
    running.add(child);
    return child;
  };
  return {
    directory,
    writePlan(name, plan) {
      const text = `import { definePlan } from ${JSON.stringify(definePlan)};\nexport default definePlan(${JSON.stringify(plan)});\n`;
      writeFileSync(join(directory, `${name}.plan.ts`), text);
    },
    async startServer(variables = {}) {
      let port = '0';
      const ended: string[] = [];
      let child: NodeProcess | undefined;
      const start = async () => {
        child = launch(['up', '--no-schedule', '--no-worker'], { ...variables, PORT: port });
        port = await portOf(child);
      };
      await start();
      const url = `http://127.0.0.1:${port}`;
      const apiKey = readFileSync(join(environment.NIGHTSHIFT_DATA, 'key'), 'utf8').trim();
      noteKey(url, apiKey);
      return {
        url,
        start,
        client: createClient({ url, apiKey, retries: 8, timeoutMs: waitLimitMs }),
        async kill() {
          await child?.kill('SIGKILL');
          ended.push(child?.stderr() ?? '');
        },
        logged: () => linesOf([...ended, child?.stderr() ?? ''].join('\n')).filter(isOfLog),
      };
    },
    async startWorker({ url }, plan, name, concurrency) {
      const args = ['worker', plan, '--concurrency', String(concurrency), '--name', name, '--logs', 'logs'];
      const child = launch(args, { API_BASE: url, API_KEY: keyOf(url) ?? '' });
      await said(child, /takes tasks of/);
      return child;
    },
    said: () =>
      [...running].map((child) => `--- ${child.pid}\n${child.stderr()}${child.stdout()}`).join('\n'),
    marks: () => readMarks(join(directory, 'marks')),
    async close() {
      await Promise.all([...running].map((child) => child.kill('SIGKILL')));
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function portOf(child: NodeProcess): Promise<string> {
  return (await said(child, /REST +http:\/\/127\.0\.0\.1:(\d+)/))[1] ?? '';
}

/** Waits until a process has said something on its standard error. */
async function said(child: NodeProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let over = false;
  void child.ended().then(() => {
    over = true;
  });
  for (;;) {
    const match = pattern.exec(child.stderr() + child.stdout());
    if (match) return match;
    if (over) throw new Error(`A process ended before it said ${pattern}:\n${child.stderr()}`);
    await pause(20);
  }
}

function isOfLog(line: string): boolean {
  return !/^(Page|GraphiQL|REST|Key|No plan has a schedule)/.test(line);
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function readMarks(folder: string): Map<string, string[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), linesOf(readFileSync(path, 'utf8'))];
    }),
  );
}
