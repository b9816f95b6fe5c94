import { describe, expect, it } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { withoutUserInfo } from '../../../contract/urls/userInfo.ts';
import { parseConfig } from '../../../orchestrator/config.ts';
import { readServerConfig } from '../../../server/config.ts';
import { cli } from '../../orchestrator/support/cli.ts';
import { runSeo } from '../../runners/seo/runSeo.ts';
import { tempDir } from '../../support/tempDir.ts';

const written = [
  'http://ann:hunter2@host',
  'htp://ann:hunter2@host',
  'ann:hunter2@host',
  'http://ann:hun/hunter2@host',
] as const;

describe('An address with a user and a password', () => {
  it.each([
    [['API_BASE', 'GITHUB_API_URL', 'SITE_BASE_URL', 'EMAIL_WEBHOOK'], 'list'],
    [['PUBLIC_URL'], 'up'],
    [['METRICS_URL', 'NOTIFY_WEBHOOK_URL', 'HOST'], 'up'],
  ])('in %j is refused at the start and never shown, sound or not', async (names, command) => {
    const variables = Object.fromEntries(names.map((name) => [name, written[0]]));
    const { code, stdout, stderr } = await cli([command], tempDir(), { ...variables, PORT: '0' });
    for (const name of names) expect(stderr).toContain(`${name}: expected `);
    expect(stdout + stderr).not.toContain('hunter2');
    expect(code).toBe(2);
    const read =
      command === 'up' ? readServerConfig : (given: Record<string, string>) => parseConfig(given, '.');
    for (const name of names) {
      for (const address of written) {
        expect(() => read({ [name]: address })).toThrow(`${name}: expected `);
        expect(() => read({ [name]: address })).not.toThrow(/hunter2/);
      }
    }
  });

  it('is refused by the runner of websites', async () => {
    const { exitCode, stderr } = await runSeo(tempDir(), [], { SITE_BASE_URL: written[0] });
    expect(stderr).toContain('SITE_BASE_URL: expected a URL without a user name and password');
    expect(exitCode).toBe(2);
    for (const address of written)
      expect((await runSeo(tempDir(), ['--site', address])).stderr).not.toContain('hunter2');
  });

  it('is refused by the client', () => {
    for (const url of written) {
      expect(() => createClient({ url })).toThrow(/^url: expected a URL/);
      expect(() => createClient({ url })).not.toThrow(/hunter2/);
    }
  });

  it('leaves other texts with an @ as they are', () => {
    expect(withoutUserInfo('ann@example.org')).toBe('ann@example.org');
    expect(withoutUserInfo('@')).toBe('@');
    expect(withoutUserInfo('https://host/path')).toBe('https://host/path');
  });
});
