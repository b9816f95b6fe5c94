import { mkdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../../orchestrator/command/command.ts';
import { prepareStarter, type StartWay } from '../../../orchestrator/command/start/startCommand.ts';
import { sized } from '../../support/form.ts';
import { waitLimitMs } from '../../support/hangLimit.ts';
import { tempDir } from '../../support/tempDir.ts';

const tell = fileURLToPath(new URL('../../fixtures/commands/tell.sh', import.meta.url));

interface Sample {
  args: string[];
  env: Record<string, string>;
  directory: string;
  out: Uint8Array;
  err: Uint8Array;
  end: string;
}

/** Any text that a program can be given: all but NUL, with what shells and formats give a meaning to more often. */
const text = (most: number) =>
  fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: most }),
      fc.string({ unit: fc.constantFrom(...'\'"\\$`*?~#&|;<>(){}[]! \t\n\r=-%@,'), maxLength: most }),
    )
    .map((all) => all.replaceAll('\0', ''));

const name = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('PWD', 'OLDPWD', 'IFS', 'SHLVL', 'PPID', 'OPTIND', 'a.b', 'x%%', '1'),
  },
);

/** Signals that end a process which does not wait for them. */
const deadly = Object.keys(constants.signals).filter(
  (signal) => !/^SIG(CHLD|CONT|STOP|TSTP|TTIN|TTOU|URG|WINCH|IOT|POLL|UNUSED|INFO|EMT|STKFLT)$/.test(signal),
);

const sample: fc.Arbitrary<Sample> = fc.record({
  args: fc.array(text(40), { maxLength: 6 }),
  env: fc.dictionary(name, text(60), { maxKeys: 60 }),
  directory: text(12)
    .map((all) => all.replaceAll('/', '_'))
    .filter((all) => all !== '' && all !== '.' && all !== '..'),
  out: fc.uint8Array({ maxLength: 5000 }),
  err: fc.uint8Array({ maxLength: 5000 }),
  end: fc.oneof(
    fc.nat(255).map((code) => `exit ${code}`),
    fc.constantFrom(...deadly).map((signal) => `kill -${constants.signals[signal as NodeJS.Signals]} $$`),
  ),
});

/** Runs a command and returns all that is recorded of it. */
async function record(way: StartWay, { args, env, directory, end }: Sample, files: string) {
  const output: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] };
  const result = await runCommand({
    way,
    cgroup: false,
    file: '/bin/sh',
    args: [tell, ...args],
    cwd: join(files, directory),
    env: { ...env, PATH: process.env.PATH ?? '', OUT: join(files, 'out'), ERR: join(files, 'err'), END: end },
    timeoutMs: waitLimitMs,
    graceMs: 300,
    signal: new AbortController().signal,
    onOutput: (chunk, stream) => void output[stream].push(chunk),
  });
  const bytes = (stream: 'stdout' | 'stderr') => Buffer.concat(output[stream]).toString('latin1');
  // Each attempt has a cookie of its own.
  const stdout = bytes('stdout').replace(/NIGHTSHIFT_ATTEMPT=[0-9a-f-]{36}/, 'NIGHTSHIFT_ATTEMPT=');
  return { result, stdout, stderr: bytes('stderr') };
}

describe('A command that the starter starts', () => {
  it('is recorded as one that the worker starts itself, whatever it is given and however it ends', async () => {
    expect(await prepareStarter()).toBeDefined();
    const files = tempDir();
    await fc.assert(
      fc.asyncProperty(sample, async (one) => {
        mkdirSync(join(files, one.directory), { recursive: true });
        writeFileSync(join(files, 'out'), one.out);
        writeFileSync(join(files, 'err'), one.err);
        const byStarter = await record('starter', one, files);
        expect(byStarter).toEqual(await record('execa', one, files));
        expect(byStarter.result.leftBehind).toBe(false);
      }),
      { numRuns: sized({ short: 60, full: 10_000 }) },
    );
  });
});
