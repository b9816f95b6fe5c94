import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { judgeEnding } from '../../../contract/outcome/judgeAttempt.ts';
import { knownStep } from '../../../contract/plan/step.ts';
import { foldersRemoved } from '../../../orchestrator/attempt/attemptFolder.ts';
import { runStep } from '../../../orchestrator/attempt/runStep.ts';
import { findAccount } from '../../../orchestrator/command/runAs/account.ts';
import { findReplaceable } from '../../../orchestrator/command/runAs/rights.ts';
import { endedAttempt } from '../../../orchestrator/outcome/ending.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { checkAccounts, maySeeOthers } from '../../../orchestrator/worker/checkAccounts.ts';
import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';
import { isAlive, pidsIn } from '../support/alive.ts';

const isRoot = process.getuid?.() === 0;
const script = (name: string) => fileURLToPath(new URL(`../../fixtures/commands/${name}`, import.meta.url));

/** Runs a shell script as a step of a worker that has a data directory, a file of variables and a plan with an import. */
async function run(text: string, changes: object = {}, open: readonly string[] = [], owned = '') {
  const outer = tempDir();
  const directory = join(outer, 'site');
  mkdirSync(join(directory, 'lib'), { recursive: true });
  for (const path of [outer, directory]) chmodSync(path, 0o755);
  writeFileSync(
    join(directory, 'x.plan.ts'),
    "import { name } from './lib/name.ts';\nexport default name;\n",
  );
  writeFileSync(join(directory, 'lib', 'name.ts'), "export const name = 'x';\n");
  const dataDir = join(directory, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(join(dataDir, 'key'), 'the machine key', { mode: 0o644 });
  const envFile = join(directory, '.env');
  writeFileSync(envFile, 'API_KEY=the api key\n', { mode: 0o600 });
  for (const name of open) chmodSync(join(directory, name), 0o755);
  if (owned !== '') chownSync(join(directory, owned), (await findAccount({ user: 'nobody' })).uid, 0);
  const definition = { steps: [{ task: 't', cmd: ['sh', ['-c', text]], runAs: 'nobody', ...changes }] };
  const plan = readPlan(definition, join(directory, 'x.plan.ts'), 'x');
  const [step] = plan.steps;
  if (step === undefined) throw new Error('no step');
  const lines: string[] = [];
  const attempt = await runStep(step, {
    plan,
    dataDir,
    runId: 'r',
    secrets: [],
    githubHosts: [],
    signal: new AbortController().signal,
    privatePaths: [dataDir, envFile],
    variables: { PATH: process.env.PATH, HOME: '/root', XDG_CONFIG_HOME: '/root/.config' },
    log: { write: async (more) => void lines.push(...more), end: async () => {} },
  });
  await foldersRemoved();
  const ended = { ...endedAttempt(attempt.ending), reason: attempt.reason };
  const outcome = judgeEnding(ended, knownStep(step), attempt.made.holds);
  return { ...attempt, outcome, lines, text: lines.join('\n'), directory };
}

describe.runIf(isRoot)('A step with an account of its own', () => {
  it('has the user and the group, and no other group', async () => {
    const { uid, gid } = await findAccount({ user: 'nobody' });
    const child = spawnNode([script('runCommand.ts'), 'id'], { RUN_AS: `${uid}:${gid}` });
    await child.ended();
    expect(child.stdout()).toMatch(new RegExp(`^uid=${uid}\\S* gid=${gid}\\S* groups=${gid}[^,]*$`, 'm'));
  });

  it('reads neither the environment of its worker, nor the data directory, nor .env', async () => {
    const { text } = await run(
      'cat "/proc/$PPID/environ" "/proc/$PPID/mem"; cat "$NIGHTSHIFT_DATA/key"; ls "$NIGHTSHIFT_DATA"; cat .env; exit 0',
    );
    expect(text).not.toMatch(/the machine key|the api key|VITEST|PATH=/);
    expect(text.match(/Permission denied/g)).toHaveLength(5);
  });

  it('without one reads all of them, as the documentation says', async () => {
    const script = `tr "\\0" "\\n" < /proc/${process.pid}/environ; cat "$NIGHTSHIFT_DATA/key" .env`;
    const { text } = await run(script, { runAs: undefined });
    expect(text).toMatch(/^PATH=[\s\S]*the machine key[\s\S]*the api key/m);
  });

  it.each(['data', '.env'])('is refused while %s is open to it', async (name) => {
    const { outcome, text } = await run('echo it ran', {}, [name]);
    expect(outcome).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(`${name} is open to`),
    });
    expect(outcome.reason).toMatch(/chmod go-rwx/);
    expect(text).not.toContain('it ran');
  });

  it.each([
    ['the directory of the plan and of .env', '.', 'site'],
    ['a directory above them', '..', ''],
    ['the file of the plan', 'x.plan.ts', 'site/x.plan.ts'],
    ['the directory of what the plan imports', 'lib', 'site/lib'],
    ['a file that the plan imports', 'lib/name.ts', 'site/lib/name.ts'],
  ])('is refused while it may change %s', async (_what, owned, through) => {
    const { outcome, text, directory } = await run('echo it ran', {}, [], owned);
    expect(outcome.reason).toContain(`runAs: the user nobody can change ${join(directory, '..', through)}, `);
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringContaining('chown root') });
    expect(text).not.toContain('it ran');
  });

  it('is refused where a link leads to what it may change', async () => {
    const account = await findAccount({ user: 'nobody' });
    const [linked, place] = [tempDir(), tempDir()];
    for (const path of [linked, place]) chmodSync(path, 0o755);
    symlinkSync(linked, join(place, 'here'));
    const path = join(place, 'here', 'file');
    expect(await findReplaceable(account, [path])).toEqual([]);
    chmodSync(linked, 0o777);
    expect(await findReplaceable(account, [path])).toEqual([{ path, through: join(place, 'here') }]);
    chmodSync(linked, 0o1777);
    expect(await findReplaceable(account, [path])).toEqual([{ path, through: join(place, 'here') }]);
    writeFileSync(path, '');
    expect(await findReplaceable(account, [path])).toEqual([]);
  });

  it('may be given a checkout of its own, in which it writes', async () => {
    const own = tempDir();
    chownSync(own, (await findAccount({ user: 'nobody' })).uid, 0);
    const { outcome, text } = await run('touch mine && ls', { cwd: own });
    expect(outcome.status).toBe('succeeded');
    expect(text).toMatch(/^mine$/m);
  });

  it('has a home of its own, which is gone afterwards where the system names none', async () => {
    const { text, outputs } = await run(
      'cd && pwd && touch mine && ls -ld . && echo "home=$HOME" >> "$NIGHTSHIFT_OUTPUT"; echo "$USER $XDG_CONFIG_HOME."',
    );
    expect(outputs.home).toMatch(/nightshift-attempt-.*\/home$/);
    expect(text).toMatch(/drwx------.* nobody /);
    expect(text).toMatch(/^nobody \.$/m);
    expect(statSync(outputs.home ?? '', { throwIfNoEntry: false })).toBeUndefined();
  });

  it('has the home that its step names, if that belongs to it', async () => {
    const home = tempDir();
    const refused = await run('echo "$HOME"', { runAs: { user: 'nobody', home } });
    expect(refused.outcome.reason).toMatch(/runAs\.home: expected a directory that belongs to nobody/);
    expect((await run('true', { runAs: { user: 'nobody', home: '/no/such' } })).outcome.reason).toMatch(
      /nothing is there/,
    );
  });

  it('cannot have its worker read or remove anything through links', async () => {
    const victim = tempDir();
    writeFileSync(join(victim, 'file'), 'secret=value\n');
    const { outputs } = await run(
      `ln -s ${victim} "$HOME/out"; rm -f "$NIGHTSHIFT_OUTPUT"; ln -sf ${victim}/file "$NIGHTSHIFT_OUTPUT"; true`,
    );
    expect(outputs).toEqual({});
    expect(readdirSync(victim)).toEqual(['file']);
  });

  it('ends with everything that it started when its worker is killed', async () => {
    const { uid, gid } = await findAccount({ user: 'nobody' });
    const child = spawnNode([script('runCommand.ts'), 'sh', '-c', 'setsid sleep 600 & echo "pid $!"; wait'], {
      RUN_AS: `${uid}:${gid}`,
      NO_CGROUP: '1',
    });
    onTestFinished(() => child.kill('SIGKILL'));
    await child.printed(/pid \d+\n/);
    const [pid = 0] = pidsIn(child.stdout());
    await child.kill('SIGKILL');
    while (isAlive(pid)) await wait(20);
  });
});

describe('A step with an account', () => {
  it.runIf(isRoot).each([
    ['a user that is not there', 'no-such-user', /expected a user of this machine, got "no-such-user"/],
    ['a group that is not there', { user: 'nobody', group: 'no-such' }, /expected a group of this machine/],
  ])('is refused for %s', async (_, runAs, why) => {
    expect((await run('echo it ran', { runAs })).outcome.reason).toMatch(why);
  });

  it('is refused for whoever has the number of root, however the plan names them', async () => {
    await expect(findAccount({ user: 'root' })).rejects.toThrow(/expected a user other than root/);
  });

  // Each kind of worker has what it can show, so that no run of the tests leaves one out.
  if (!isRoot)
    it('is refused by a worker that is not root', async () => {
      const { outcome } = await run('echo it ran');
      expect(outcome).toMatchObject({
        status: 'failed',
        reason: expect.stringMatching(/worker that runs as root/),
      });
    });

  it('is refused in a plan that writes it wrong', () => {
    const plan = (runAs: unknown) => () => readPlan({ steps: [{ task: 't', cmd: ['x'], runAs }] }, 'f', 'n');
    expect(plan('a b')).toThrow(/runAs: expected/);
    expect(plan({ user: 'a', home: 'relative' })).toThrow(/runAs\.home: expected an absolute path/);
    expect(plan({ user: 'a', shell: 'x' })).toThrow(/runAs/);
  });

  it('that would be refused is told of when its worker starts', async () => {
    const said: string[] = [];
    const steps = [
      { task: 'a', cmd: ['a'], runAs: 'no-such-user' },
      { task: 'b', cmd: ['b'] },
    ];
    await checkAccounts(readPlan({ steps }, 'f', 'n'), [], (text) => void said.push(text));
    expect(said).toEqual([expect.stringMatching(/^a cannot be started here: runAs/)]);
  });

  it('needs a worker that sees the processes of others, as root of a container often does not', () => {
    expect(maySeeOthers('CapPrm:\t0\nCapEff:\t00000000a80425fb\n')).toBe(false);
    expect(maySeeOthers('CapEff:\t000001ffffffffff\n')).toBe(true);
    expect(maySeeOthers('')).toBe(true);
  });

  it('leaves no folder behind', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('nightshift-attempt-'));
    const { outputs } = await run('echo "at=$NIGHTSHIFT_OUTPUT" >> "$NIGHTSHIFT_OUTPUT"', {
      runAs: undefined,
    });
    expect(statSync(outputs.at ?? '', { throwIfNoEntry: false })).toBeUndefined();
    expect(before.some((name) => outputs.at?.includes(name))).toBe(false);
  });
});
