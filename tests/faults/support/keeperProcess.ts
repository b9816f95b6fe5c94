import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const fixture = fileURLToPath(new URL('../../fixtures/schedule/keeper.ts', import.meta.url));

/** What a process answers; `killed` when it ended before. */
export type Answer = 'ok' | 'away' | 'killed';

/** A process that keeps schedules at the times that it is told. */
export interface KeeperProcess {
  /** Looks for due times while its clock and that of the server show these times. */
  look(keeper: number, server: number): Promise<Answer>;
  /** Carries out all tasks that wait. */
  work(): Promise<Answer>;
  /** Ends it with `kill -9`. */
  kill(): Promise<void>;
}

/** Starts a process that keeps one plan for each of these time zones on a database. */
export async function startKeeper(target: string, zones: readonly string[]): Promise<KeeperProcess> {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [fixture, target, ...zones]);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = once(child, 'close');
  const read = async (): Promise<string | undefined> => {
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
  const tell = async (line: string): Promise<Answer> => {
    child.stdin.write(`${line}\n`);
    const answer = await read();
    if (answer === undefined && !child.killed) throw new Error(`The process ended:\n${errors}`);
    return answer === undefined ? 'killed' : (answer as Answer);
  };
  if ((await read()) !== 'ready') throw new Error(`The process did not start:\n${errors}`);
  const iso = (time: number) => new Date(time).toISOString();
  return {
    look: (keeper, server) => tell(`look ${iso(keeper)} ${iso(server)}`),
    work: () => tell('work'),
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
