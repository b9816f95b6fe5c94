import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../../bench/measure/connection.ts';
import { writeRequest } from '../../bench/measure/request.ts';
import { openApi } from '../../bench/servers/api.ts';
import { endProcesses, type Program, startProcess, succeeds } from '../../bench/waits/processes.ts';
import { withSession } from '../../bench/waits/session.ts';
import { until, WaitedTooLong, within } from '../../bench/waits/within.ts';
import { isAlive } from '../orchestrator/support/alive.ts';
import { useDatabase } from '../support/databases.ts';
import { withEnoughTime } from '../support/enoughTime.ts';
import { eventually } from '../support/eventually.ts';
import { tempDir } from '../support/tempDir.ts';

const never = new Promise<never>(() => {});

describe('A wait of the bench', () => {
  it('ends at its limit, and says what it waited for', async () => {
    await expect(within('the sun to rise', never, 20)).rejects.toThrow('Waited 0.02 s for the sun to rise.');
  });

  it('tells what it has started to end', async () => {
    let told: AbortSignal | undefined;
    const start = (signal: AbortSignal) => {
      told = signal;
      return never;
    };
    await expect(within('nothing', start, 20)).rejects.toThrow(WaitedTooLong);
    expect(told?.aborted).toBe(true);
  });

  it('gives what came in time, or fails as that failed', async () => {
    expect(await within('a number', Promise.resolve(1))).toBe(1);
    await expect(within('a number', () => Promise.reject(new Error('none')))).rejects.toThrow('none');
  });

  it('asks until there is an answer, and says at its limit what was known', async () => {
    let asked = 0;
    const third = async () => {
      asked += 1;
      return asked === 3 ? 'here' : undefined;
    };
    expect(await until('an answer', third, { everyMs: 1 })).toBe('here');
    const limits = { everyMs: 1, limitMs: 30 };
    await expect(
      until(
        () => 'more than silence',
        async () => undefined,
        limits,
      ),
    ).rejects.toThrow('Waited 0.03 s for more than silence.');
  });
});

describe('With a server that accepts and never answers', () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}).resume());
  });
  let port = 0;
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => server.close());

  const expectClosed = () =>
    eventually(() => {
      expect(sockets.length).toBeGreaterThan(0);
      expect(sockets.every(({ closed, readableEnded }) => closed || readableEnded)).toBe(true);
    });

  it('a measured request ends', async () => {
    const { result, limitMs } = await withEnoughTime(
      50,
      async (limit) => {
        const connection = await Connection.open(`http://127.0.0.1:${port}`, limit).catch(() => undefined);
        return await connection?.send(writeRequest('GET', '/page')).catch((error: Error) => error.message);
      },
      (result) => result !== undefined,
    );
    expect(result).toBe(`Waited ${limitMs / 1000} s for an answer of http://127.0.0.1:${port} to GET /page.`);
    await expectClosed();
  });

  it('each call of the API ends', async () => {
    const api = openApi(`http://127.0.0.1:${port}`, 50);
    const calls = {
      'plan p to be made known': api.registerPlan('p', 1, [{ task: 'a' }]),
      'run r to start': api.startRun('p', 'r'),
      'run r to be cancelled': api.cancelRun('r'),
      'an answer to w, which asks for a task': api.lease({ worker: 'w', hash: 'h' }),
      'the report of an attempt to be taken': api.succeed('l'),
      'run r to end, of which was known: {}': api.ended('r', 10),
      'the tasks of run r': api.succeededTasks('r', true),
      'the one step of run r to end': api.timeOneStep('p', 'r'),
    };
    for (const [what, call] of Object.entries(calls)) call.catch(() => what);
    for (const [what, call] of Object.entries(calls)) {
      await expect(call).rejects.toThrow(`Waited 0.05 s for ${what}.`);
    }
    await expectClosed();
  });

  it('a database session ends', async () => {
    const session = withSession(`postgresql://nobody@127.0.0.1:${port}/nothing`, async () => 1, 50);
    await expect(session).rejects.toThrow(`Waited 0.05 s for a connection to 127.0.0.1:${port}/nothing.`);
    await expectClosed();
  });
});

describe('With a statement that never ends', () => {
  const database = useDatabase('postgres');

  it('a database session ends, and so does the statement', async () => {
    const config = database.config();
    const url = 'url' in config ? config.url : '';
    const { result, limitMs } = await withEnoughTime(
      300,
      (limit) =>
        withSession(url, (query) => query(`SELECT pg_sleep(100000) AS endless`), limit).catch(
          (error: Error) => error.message,
        ),
      (result) => String(result).includes('statement'),
    );
    expect(result).toBe(`Waited ${limitMs / 1000} s for the statement “SELECT pg_sleep(100000) AS endless”.`);
    const text = `SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND datname = current_database()`;
    await eventually(async () => expect(await database.db().query({ text })).toEqual([]));
  });
});

/** Writes down who it is, starts one that does the same in a group of its own, and ends for nothing that it is asked. */
const stubborn = `
  const { spawn } = require('node:child_process');
  process.on('SIGTERM', () => {});
  process.stdin.resume();
  setInterval(() => {}, 1000);
  const again = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("here")';
  const child = spawn(process.execPath, ['-e', again], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.once('data', () => {
    require('node:fs').writeFileSync(process.argv[1], process.pid + ' ' + child.pid);
    if (process.argv[2] === 'speaks') console.log('ready');
  });`;

function stubbornProgram(pidFile: string, mode: 'speaks' | 'silent'): Program {
  const command = [process.execPath, '-e', stubborn, pidFile, mode];
  return {
    name: 'the child',
    command,
    env: process.env,
    ready: /^ready$/,
    readyOn: 'stdout',
    endsBy: 'stdin',
  };
}

async function expectEnded(pidFile: string): Promise<void> {
  const pids = readFileSync(pidFile, 'utf8').split(' ').map(Number);
  expect(pids).toHaveLength(2);
  await eventually(() => expect(pids.filter(isAlive)).toEqual([]));
}

describe('A child of the bench', () => {
  it('that never becomes ready is ended with all that it has started', async () => {
    const { result, limitMs } = await withEnoughTime(
      500,
      async (limit) => {
        const pidFile = join(tempDir(), 'pids');
        const program = { ...stubbornProgram(pidFile, 'silent'), limitMs: limit };
        const failure = await startProcess(program).catch((error: Error) => error.message);
        return { pidFile, failure };
      },
      ({ pidFile }) => existsSync(pidFile),
    );
    expect(result.failure).toBe(`Waited ${limitMs / 1000} s for the child to be ready.`);
    await expectEnded(result.pidFile);
  });

  it('that never exits is ended with all that it has started', async () => {
    const pidFile = join(tempDir(), 'pids');
    const child = await startProcess(stubbornProgram(pidFile, 'speaks'));
    await expect(child.stop(50)).rejects.toThrow('Waited 0.05 s for the child to end.');
    await expectEnded(pidFile);
    await child.stop();
  });

  it('that never answers is ended with all that it has started', async () => {
    const pidFile = join(tempDir(), 'pids');
    const child = await startProcess(stubbornProgram(pidFile, 'speaks'));
    await expect(child.ask('how are you', 50)).rejects.toThrow(
      'Waited 0.05 s for the child to answer “how are you”.',
    );
    await expectEnded(pidFile);
  });

  it('does not outlive the bench', async () => {
    const pidFile = join(tempDir(), 'pids');
    await startProcess(stubbornProgram(pidFile, 'speaks'));
    endProcesses();
    await expectEnded(pidFile);
  });

  it('that ends too soon says its last words', async () => {
    const command = [process.execPath, '-e', 'console.log("no room"); process.exitCode = 3'];
    const program = { ...stubbornProgram('', 'silent'), command };
    await expect(startProcess(program)).rejects.toThrow('the child ended too soon. no room');
    await expect(startProcess({ ...program, command: ['/nowhere/nothing'] })).rejects.toThrow('ENOENT');
  });

  it('that is run to its end and has none is ended', () => {
    expect(() => succeeds('sleep', ['100000'], 50)).toThrow('Waited 0.05 s for sleep 100000 to end.');
    expect([succeeds('true', []), succeeds('false', []), succeeds('/nowhere/nothing', [])]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
