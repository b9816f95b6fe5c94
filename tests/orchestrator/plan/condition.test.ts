import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Circumstances, splitOutputName, unmetCondition } from '../../../orchestrator/plan/condition.ts';
import type { Condition } from '../../../orchestrator/plan/schema.ts';
import { inheritedNames } from '../../support/inheritedNames.ts';

const here: Circumstances = {
  platform: 'linux',
  branch: async () => 'release/2.1',
  env: { CI: '1', EMPTY: '' },
  outputs: { 'build.app': { version: '7', 'size.total': '9', none: '' }, build: { 'app.version': 'no' } },
};

describe('A condition', () => {
  const cases: [Condition, string | undefined][] = [
    [{}, undefined],
    [{ platform: 'linux' }, undefined],
    [{ platform: ['darwin', 'linux'] }, undefined],
    [{ platform: ['darwin', 'win32'] }, 'runs on darwin, win32 only, and this is linux'],
    [{ branch: 'release/2.1' }, undefined],
    [{ branch: ['main', 'release/*'] }, undefined],
    [{ branch: '*' }, undefined],
    [{ branch: 'release/2*1' }, undefined],
    [{ branch: 'release/2.x' }, 'runs on branch release/2.x only, and this is release/2.1'],
    [{ branch: 'release' }, 'runs on branch release only, and this is release/2.1'],
    [{ env: { CI: '1' } }, undefined],
    [{ env: { CI: true, EMPTY: false, NOWHERE: false } }, undefined],
    [{ env: { CI: '2' } }, 'runs only if $CI is "2"'],
    [{ env: { CI: false } }, 'runs only if $CI is not set'],
    [{ env: { EMPTY: true } }, 'runs only if $EMPTY is set'],
    [{ env: { NOWHERE: 'x' } }, 'runs only if $NOWHERE is "x"'],
    [{ outputs: { 'build.app.version': '7', 'build.app.size.total': true } }, undefined],
    [{ outputs: { 'build.app.none': false, 'build.app.nothing': false } }, undefined],
    [{ outputs: { 'build.app.version': '8' } }, 'runs only if the output build.app.version is "8"'],
    [{ outputs: { 'build.app.none': true } }, 'runs only if the output build.app.none is set'],
    [{ outputs: { 'build.app.version': false } }, 'runs only if the output build.app.version is not set'],
    [{ platform: 'linux', env: { CI: '2' }, outputs: { x: '1' } }, 'runs only if $CI is "2"'],
  ];
  it.each(cases)('%j is answered with %j', async (condition, reason) => {
    expect(await unmetCondition(condition, here)).toBe(reason);
  });

  it.each(inheritedNames)('finds no variable and no output named %s where there is none', async (name) => {
    const absent = { env: { [name]: false }, outputs: { [`build.${name}`]: false } };
    expect(await unmetCondition(absent, here)).toBeUndefined();
  });

  it('on a branch does not hold outside a repository, and says so', async () => {
    const nowhere = { ...here, branch: async () => undefined };
    expect(await unmetCondition({ branch: '*' }, nowhere)).toBe('runs on branch * only, and this is none');
  });

  it('does not look for the branch unless it asks for one', async () => {
    const refuse = { ...here, branch: () => Promise.reject(new Error('not needed')) };
    expect(await unmetCondition({ platform: 'linux' }, refuse)).toBeUndefined();
  });

  it('takes no other character of a branch than * for anything', async () => {
    const plain = fc.string({ unit: fc.constantFrom(...'ab/.+?()[]{}^$|\\-') });
    await fc.assert(
      fc.asyncProperty(plain, plain, async (pattern, branch) => {
        const unmet = await unmetCondition({ branch: [pattern] }, { ...here, branch: async () => branch });
        expect(unmet === undefined).toBe(pattern === branch);
      }),
    );
  });
});

describe('The name of an output', () => {
  it.each([
    ['build.version', ['build'], { step: 'build', key: 'version' }],
    ['build.app.version', ['build.app'], { step: 'build.app', key: 'version' }],
    ['build.app.version', ['build'], { step: 'build', key: 'app.version' }],
    ['build.app.version', ['build', 'build.app'], { step: 'build.app', key: 'version' }],
    ['build.app.size.total', ['build.app'], { step: 'build.app', key: 'size.total' }],
    ['build', ['build'], undefined],
    ['builder.version', ['build'], undefined],
    ['build.version', [], undefined],
  ])('%s among %j is %j', (name, steps, split) => {
    expect(splitOutputName(name, steps)).toEqual(split);
  });

  it('is split where the longest step ends, dots or not, and can be put together again', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 1, maxLength: 5 }),
        word,
        fc.nat(),
        (steps, key, pick) => {
          const name = `${steps[pick % steps.length]}.${key}`;
          const split = splitOutputName(name, steps);
          expect(`${split?.step}.${split?.key}`).toBe(name);
          const longer = steps.filter((step) => step.length > (split?.step.length ?? 0));
          expect(longer.filter((step) => name.startsWith(`${step}.`))).toEqual([]);
        },
      ),
    );
  });
});
