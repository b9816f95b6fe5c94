import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MachineKeyError, openMachineKey } from '../../../server/machine/key.ts';
import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('The file of the machine’s key', () => {
  it('is made once, for its owner alone, and read from then on', () => {
    const file = join(tempDir(), 'data', 'key');
    const key = openMachineKey(file);
    expect(key).toMatch(/^nsm_[\w-]{43}$/);
    expect(readFileSync(file, 'utf8')).toBe(`${key}\n`);
    expect(modeOf(file)).toBe('600');
    expect(openMachineKey(file)).toBe(key);
  });

  it('is one, however many servers start at once', async () => {
    const file = join(tempDir(), 'key');
    const module = new URL('../../../server/machine/key.ts', import.meta.url).href;
    const code = `const { openMachineKey } = await import(${JSON.stringify(module)}); console.log(openMachineKey(${JSON.stringify(file)}));`;
    const all = Array.from({ length: 4 }, () => spawnNode(['--input-type=module', '-e', code]));
    await Promise.all(all.map((one) => one.ended()));
    expect(new Set(all.map((one) => one.stdout()))).toEqual(new Set([readFileSync(file, 'utf8')]));
  });

  it('is closed where others could read it', () => {
    const file = join(tempDir(), 'key');
    writeFileSync(file, 'a-key-that-somebody-made\n', { mode: 0o644 });
    chmodSync(file, 0o644);
    expect(openMachineKey(file)).toBe('a-key-that-somebody-made');
    expect(modeOf(file)).toBe('600');
  });

  it.each(['', 'short', 'two words that are long enough', 'two-lines-of-text-here\nand-another-one'])(
    'is refused when it holds %j',
    (text) => {
      const file = join(tempDir(), 'key');
      writeFileSync(file, text, { mode: 0o600 });
      expect(() => openMachineKey(file)).toThrow(MachineKeyError);
      expect(() => openMachineKey(file)).toThrow(file);
    },
  );

  it('is no directory', () => {
    const file = join(tempDir(), 'key');
    mkdirSync(file);
    expect(() => openMachineKey(file)).toThrow(MachineKeyError);
    expect(() => openMachineKey(file)).toThrow(`${file} is a directory`);
  });
});
