import { expect, it } from 'vitest';
import { ownPath } from '../../../server/signIn/finishSignIn.ts';

it.each([
  ['/tasks/1?tab=log#end', '/tasks/1?tab=log#end'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/.//nightshift.invalid//evil.example', '/'],
  ['/.///nightshift.invalid//evil.example', '/'],
  ['//nightshift.invalid//evil.example/login', '/'],
  ['//nightshift.invalid//nightshift.invalid//evil.example', '/'],
  ['/..//evil.example', '/'],
  ['/\t/evil.example', '/'],
])('Whoever wants to go on to %j goes to %j', (wanted, path) => {
  expect(ownPath(wanted)).toBe(path);
});
