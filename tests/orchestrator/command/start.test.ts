import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CommandRequest, runCommand } from '../../../orchestrator/command/command.ts';
import { readState } from '../../../orchestrator/command/processTable.ts';
import { prepareStarter, type StartWay } from '../../../orchestrator/command/start/startCommand.ts';
import { launchStarter } from '../../../orchestrator/command/start/starter.ts';
import { tempDir } from '../../support/tempDir.ts';
import { isAlive, pidsIn } from '../support/alive.ts';

function start(script: string, changes: Partial<CommandRequest> = {}) {
  const stop = new AbortController();
  let output = '';
  const printed = Promise.withResolvers<void>();
  const result = runCommand({
    file: '/bin/sh',
    args: ['-c', script],
    cwd: '/',
    env: { PATH: process.env.PATH ?? '' },
    timeoutMs: 600_000,
    graceMs: 300,
    signal: stop.signal,
    onOutput(chunk) {
      output += Buffer.from(chunk).toString();
      if (output.includes('\n')) printed.resolve();
    },
    ...changes,
  });
  onTestFinished(async () => {
    stop.abort('the end of the test');
    await result;
  });
  return { result, printed: printed.promise, output: () => output, stop: (by: string) => stop.abort(by) };
}

/** The parent of a command, which is the starter where it started that. */
function parentOf(text: string): number {
  return readState(pidsIn(text)[0] ?? 0)?.parent ?? 0;
}

const nameOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();

describe('The starter', () => {
  it('starts the commands of its worker', async () => {
    const run = start('echo "pid $$"; exec sleep 600');
    await run.printed;
    const starter = parentOf(run.output());
    expect(starter).not.toBe(process.pid);
    expect(nameOf(starter)).toBe('nightshift-star');
    expect(readState(starter)?.parent).toBe(process.pid);
  });

  it.each(['starter', 'execa'] as StartWay[])(
    'gives a command the same session, signals, limits and descriptors (%s)',
    async (way) => {
      const facts = async (command: string, by: StartWay) => {
        const run = start(command, { way: by, cgroup: false });
        await run.result;
        return run.output();
      };
      const session = 'set -- $(cat /proc/$$/stat | sed "s/.*) //"); echo $(($3 - $$)) $(($4 - $$)) $5';
      expect(await facts(session, way)).toBe('0 0 0\n');
      for (const command of [
        'exec grep -E "^(Sig(Blk|Ign|Cgt)|Groups|Uid|Gid|Cap.*|NoNewPrivs|Seccomp):" /proc/self/status',
        'exec ls /proc/self/fd',
        'umask; ulimit -a; cat /proc/$$/oom_score_adj',
      ])
        expect(await facts(command, way)).toBe(await facts(command, 'execa'));
    },
  );

  it('lets a command open its own output, as /dev/stdout does', async () => {
    const run = start('echo hi > /dev/stdout; echo there > /dev/stderr');
    expect((await run.result).ending).toEqual({ kind: 'exit', code: 0 });
    expect(run.output().split('\n').sort()).toEqual(['', 'hi', 'there']);
  });

  it('tells an exit code from the signal that it would stand for', async () => {
    expect((await start('exit 137').result).ending).toEqual({ kind: 'exit', code: 137 });
    expect((await start('kill -9 $$').result).ending).toEqual({ kind: 'signal', signal: 'SIGKILL' });
    expect((await start('exit 130').result).ending).toEqual({ kind: 'exit', code: 130 });
    expect((await start('kill -2 $$').result).ending).toEqual({ kind: 'signal', signal: 'SIGINT' });
    expect((await start('kill -40 $$').result).ending).toEqual({ kind: 'signal', signal: 'signal 40' });
  });

  it('puts a command into its control group', async () => {
    const run = start('cat /proc/self/cgroup');
    const { ending } = await run.result;
    expect(ending).toEqual({ kind: 'exit', code: 0 });
    const own = readFileSync('/proc/self/cgroup', 'utf8').trim();
    expect([own, expect.stringContaining('nightshift-')]).toContainEqual(run.output().trim());
  });

  it('runs many commands at once, and passes on every byte of each', async () => {
    const runs = Array.from({ length: 30 }, (_, index) => start(`yes ${index} | head -c 300000`));
    await Promise.all(runs.map(({ result }) => result));
    expect(runs.map(({ output }) => output().length)).toEqual(runs.map(() => 300_000));
  });

  it('keeps nothing open of commands that have ended', async () => {
    const run = start('echo "pid $$"; exec sleep 0.3');
    await run.printed;
    const starter = parentOf(run.output());
    await run.result;
    const descriptors = () => readdirSync(`/proc/${starter}/fd`).length;
    const before = descriptors();
    for (let round = 0; round < 20; round++) await start('exit 0').result;
    expect(descriptors()).toBe(before);
  });

  it('holds no output open that its worker has let go of', async () => {
    const run = start('echo "pid $$"; exec sleep 600');
    await run.printed;
    const starter = parentOf(run.output());
    const output = readlinkSync(`/proc/${pidsIn(run.output())[0]}/fd/1`);
    const open = () =>
      readdirSync(`/proc/${starter}/fd`).map((number) => {
        try {
          return readlinkSync(`/proc/${starter}/fd/${number}`);
        } catch {
          return '';
        }
      });
    await expect.poll(open).not.toContain(output);
  });

  it.each([
    [{ file: 'no-such-program' }, /no program "no-such-program" was found/],
    [{ file: '/etc/passwd' }, /is not executable/],
    [{ cwd: '/no/such/place' }, /its directory \/no\/such\/place does not exist/],
    [{ args: ['x'.repeat(200_000)] }, /E2BIG/],
    [{ args: ['a\0b'] }, /null bytes/],
  ])('leaves what cannot be started to the explanation of the worker: %o', async (changes, why) => {
    const { ending } = await start('true', changes).result;
    expect(ending).toMatchObject({ kind: 'unstartable', why: expect.stringMatching(why) });
  });

  it.each(['/no/such/perl', '/bin/false'])('is none where %s should be it', async (program) => {
    expect(await launchStarter(program)).toBeUndefined();
  });

  it('that is killed has its commands ended, which are interrupted, and gets a successor', async () => {
    const runs = [start('echo "pid $$"; sleep 600 & sleep 600'), start('echo "pid $$"; exec sleep 600')];
    await Promise.all(runs.map(({ printed }) => printed));
    const starter = parentOf(runs[0]?.output() ?? '');
    process.kill(starter, 'SIGKILL');
    for (const run of runs) {
      const { ending, survivors } = await run.result;
      expect(ending).toEqual({
        kind: 'interrupted',
        by: 'its worker, since the process that had started it was killed',
      });
      expect(survivors).toEqual([]);
      expect(pidsIn(run.output()).filter(isAlive)).toEqual([]);
    }
    const next = parentOf(await outputOf('echo "pid $$"; exec sleep 0.3'));
    expect(next).not.toBe(starter);
    expect(nameOf(next)).toBe('nightshift-star');
  });

  it('that is killed while commands begin runs none of them twice, and leaves none behind', async () => {
    const directory = tempDir();
    for (let round = 0; round < 10; round++) {
      await prepareStarter();
      const starter = parentOf(await outputOf('echo "pid $$"; exec sleep 0.1'));
      const scripts = Array.from(
        { length: 12 },
        (_, index) =>
          `: >> ${directory}/${round}-${index}; echo x >> ${directory}/${round}-${index}; echo "pid $$"; exec sleep 600`,
      );
      const runs = scripts.map((script) => start(script));
      await wait(round);
      process.kill(starter, 'SIGKILL');
      await wait(100);
      for (const run of runs) run.stop('the end of the round');
      for (const run of runs) {
        const { ending, survivors } = await run.result;
        expect(ending.kind).toBe('interrupted');
        expect(survivors).toEqual([]);
        expect(pidsIn(run.output()).filter(isAlive)).toEqual([]);
      }
    }
    for (const file of readdirSync(directory))
      expect(readFileSync(`${directory}/${file}`, 'utf8').length).toBeLessThan(3);
  });
});

/** What a command prints. A starter that was killed just now may still be asked; the next command gets its successor. */
async function outputOf(script: string): Promise<string> {
  for (let tries = 0; tries < 3; tries++) {
    const run = start(script);
    await Promise.race([run.printed, run.result]);
    if (run.output() !== '') return run.output();
  }
  throw new Error('Three commands in a row printed nothing.');
}
