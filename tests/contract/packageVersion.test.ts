import { expect, it } from 'vitest';
import { isOlderVersion, packageVersion } from '../../contract/packageVersion.ts';

it('The version of the package is read from its file', () => {
  expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/);
});

it.each([
  ['0.1.0', '0.2.0', true],
  ['0.9.0', '0.10.0', true],
  ['1.0.0-rc.1', '1.0.0', true],
  ['0.1.0', '0.1.0', false],
  ['1.0.0', '0.9.9', false],
  ['1.0.0', '1.0.0-rc.1', false],
  ['unknown', '1.0.0', false],
])('Version %s is older than %s: %s', (version, than, isOlder) => {
  expect(isOlderVersion(version, than)).toBe(isOlder);
});
