import { expect, it } from 'vitest';
import { withoutToken } from '../../../server/access/withoutToken.ts';

it('The token of a link stands in no log, however its path was written', () => {
  const written = ['/a/', '/%61/', 'http://nightshift.example.org/a/', 'HTTPS://[::1]:8001/%61/', '/a%2F'];
  for (const path of written) expect(withoutToken(`${path}kTfV`)).toBe('/a/…');
  for (const path of ['/', '/a', '/a/', '/agents/tasks/7/approve', '/graphql', '/b/a/c', 'http://x/agents/'])
    expect(withoutToken(path)).toBe(path);
});
