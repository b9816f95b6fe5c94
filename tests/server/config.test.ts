import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, readServerConfig } from '../../server/config.ts';
import { spawnNode } from '../support/spawnNode.ts';

function messageOf(environment: Record<string, string>): string {
  try {
    readServerConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

describe('the configuration of the server', () => {
  it('has defaults for everything', () => {
    expect(readServerConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8001,
      database: { dataDir: '.nightshift' },
      adminApiKey: undefined,
      adminUsers: [],
      trustedProxy: [],
      corsOrigins: [],
      logLevel: 'info',
      leaseMs: 30_000,
      reportLimitMs: 6 * 3_600_000,
      publicUrl: undefined,
      githubApiUrl: 'https://api.github.com',
      githubToken: undefined,
      githubUsers: new Map(),
      githubWebhookSecret: undefined,
    });
  });

  it('reads every variable, and takes an empty one for one that is not set', () => {
    const config = readServerConfig({
      HOST: '0.0.0.0',
      PORT: '0',
      DATABASE_URL: 'postgresql://u:p@db/nightshift',
      ADMIN_API_KEY: 'a-key-of-sixteen-characters',
      ADMIN_USERS: 'Ann@example.org, bob@example.org',
      TRUSTED_PROXY: '10.0.0.5,10.1.0.0/16,::1',
      CORS_ORIGINS: 'https://tools.example.org',
      LOG_LEVEL: 'DEBUG',
      LEASE_SECONDS: '10',
      REPORT_HOURS: '0.5',
      NIGHTSHIFT_DATA: '',
      GITHUB_TOKEN: 'ghp_token',
      GITHUB_API_URL: 'https://github.example.org/api/v3',
      GITHUB_WEBHOOK_SECRET: 'a secret of sixteen',
      GITHUB_USERS: 'OctoCat=ann@example.org, dependabot[bot]=bots',
    });
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 0,
      database: { url: 'postgresql://u:p@db/nightshift' },
      adminUsers: ['ann@example.org', 'bob@example.org'],
      trustedProxy: ['10.0.0.5', '10.1.0.0/16', '::1'],
      corsOrigins: ['https://tools.example.org'],
      logLevel: 'debug',
      leaseMs: 10_000,
      reportLimitMs: 1_800_000,
      githubToken: 'ghp_token',
      githubApiUrl: 'https://github.example.org/api/v3',
      githubWebhookSecret: 'a secret of sixteen',
    });
    expect([...config.githubUsers]).toEqual([
      ['octocat', 'ann@example.org'],
      ['dependabot[bot]', 'bots'],
    ]);
  });

  it('names all variables at fault at once, what was expected and what came', () => {
    const message = messageOf({
      PORT: '70000',
      LOG_LEVEL: 'loud',
      TRUSTED_PROXY: '1.2.3.4/33',
      HOST: '0.0.0.0',
    });
    expect(message).toContain('PORT: expected a whole number from 0 to 65535, got "70000"');
    expect(message).toContain('LOG_LEVEL: expected one of');
    expect(message).toContain('TRUSTED_PROXY: expected IP addresses');
    expect(message).toContain('HOST: expected a loopback address');
  });

  it('never repeats a secret', () => {
    const message = messageOf({
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      ADMIN_API_KEY: 'hunter2 with spaces',
      GITHUB_TOKEN: 'hunter2 with spaces',
      GITHUB_WEBHOOK_SECRET: 'hunter2',
      HOST: '0.0.0.0',
    });
    expect(message).toContain('DATABASE_URL: expected a URL such as');
    expect(message).toContain('ADMIN_API_KEY: expected printable ASCII');
    expect(message).toContain('GITHUB_WEBHOOK_SECRET: expected at least 16 characters');
    expect(message).not.toContain('hunter2');
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'nightshift.example.org'])(
    'refuses HOST %s without a key, and with a short one',
    (host) => {
      expect(messageOf({ HOST: host })).toContain('HOST: expected a loopback address');
      expect(messageOf({ HOST: host, ADMIN_API_KEY: 'short' })).toContain('at least 16 characters');
      expect(messageOf({ HOST: host, ADMIN_API_KEY: '0123456789abcdef' })).toBe('');
    },
  );

  it.each(['127.0.0.1', 'localhost', '::1', '127.1.2.3'])('needs no key on HOST %s', (host) => {
    expect(messageOf({ HOST: host })).toBe('');
  });
});

describe('the .env file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-env-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('is read from the working directory, and real variables win over it', async () => {
    writeFileSync(
      join(directory, '.env'),
      'PORT=9001\nADMIN_USERS="ann@example.org" # who decides\nLOG_LEVEL=debug\n',
    );
    const module = fileURLToPath(new URL('../../server/config.ts', import.meta.url));
    const script = `import { loadServerConfig } from ${JSON.stringify(module)};
      console.log(JSON.stringify(loadServerConfig()));`;
    const env = { LOG_LEVEL: 'warn', PORT: '', HOST: '', DATABASE_URL: '', ADMIN_API_KEY: '' };
    const child = spawnNode(['--input-type=module-typescript', '-e', script], env, directory);
    await child.ended();
    expect(child.stderr()).toBe('');
    expect(JSON.parse(child.stdout())).toMatchObject({
      port: 9001,
      adminUsers: ['ann@example.org'],
      logLevel: 'warn',
    });
  });
});
