import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../contract/environment/environment.ts';
import { readServerConfig } from '../../server/config.ts';
import { channelsOf } from '../../server/notifications/config.ts';
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

describe('the limits in the configuration', () => {
  it('are read from their variables', () => {
    expect(readServerConfig({ KEY_SLEEP_DAYS: '7' })).toMatchObject({ keySleepDays: 7 });
    for (const wrong of ['0', '1.5', 'never'])
      expect(() => readServerConfig({ KEY_SLEEP_DAYS: wrong })).toThrow('KEY_SLEEP_DAYS');
    expect(readServerConfig({})).toMatchObject({ rateLimit: undefined, maxStreamsPerViewer: 200 });
    expect(
      readServerConfig({ RATE_LIMIT: ' 600/min', MAX_STREAMS: '50', MAX_STREAMS_PER_VIEWER: '5' }),
    ).toMatchObject({
      rateLimit: { requests: 600, seconds: 60 },
      maxStreams: 50,
      maxStreamsPerViewer: 5,
    });
    expect(readServerConfig({ RATE_LIMIT: '5/s' }).rateLimit).toEqual({ requests: 5, seconds: 1 });
    expect(readServerConfig({ RATE_LIMIT: '9000/h' }).rateLimit).toEqual({ requests: 9000, seconds: 3600 });
  });

  it.each(['600', '0/min', '600/day', '1.5/s', '600 / min', '-1/s'])('are refused: %s', (text) => {
    expect(messageOf({ RATE_LIMIT: text })).toContain('RATE_LIMIT: expected a number of requests and a time');
  });
});

describe('the channels in the configuration', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

  it('are read from their variables, each address once', () => {
    const { delivery, outboundAllow } = readServerConfig({
      SLACK_WEBHOOK: 'https://hooks.example.org/T0',
      SMTP_URL: 'smtps://u:p@mail.example.org',
      SMTP_FROM: 'Night <night@example.org>',
      NOTIFY_EMAILS: 'ann@example.org, ben@example.org,ann@example.org',
      NOTIFY_WEBHOOK_URL: 'https://example.org/hook',
      NOTIFY_WEBHOOK_SECRET: secret,
      OUTBOUND_ALLOW: 'hooks.internal:8080, 10.20.0.0/16,127.0.0.1,[::1]:25,fd00::/8',
    });
    expect(outboundAllow).toEqual([
      'hooks.internal:8080',
      '10.20.0.0/16',
      '127.0.0.1',
      '[::1]:25',
      'fd00::/8',
    ]);
    expect(channelsOf(delivery)).toEqual([
      { name: 'slack', recipient: null, target: 'https://hooks.example.org/…' },
      { name: 'smtp', recipient: 'ann@example.org', target: 'smtps://mail.example.org' },
      { name: 'smtp', recipient: 'ben@example.org', target: 'smtps://mail.example.org' },
      { name: 'webhook', recipient: null, target: 'https://example.org/…' },
    ]);
  });

  it('has a digest every morning, unless it is wanted only when it is needed', () => {
    expect(readServerConfig({}).digest.onlyWhenNeeded).toBeUndefined();
    expect(readServerConfig({ DIGEST: 'always' }).digest.onlyWhenNeeded).toBeUndefined();
    expect(readServerConfig({ DIGEST: 'when-needed' }).digest.onlyWhenNeeded).toBe(true);
    expect(() => readServerConfig({ DIGEST: 'never' })).toThrow(/DIGEST: .*always/);
  });

  it.each([
    [{ SMTP_URL: 'smtp://mail.example.org' }, /SMTP_FROM: expected a value, since SMTP_URL is set/],
    [{ NOTIFY_WEBHOOK_URL: 'https://example.org/' }, /NOTIFY_WEBHOOK_SECRET: expected a value/],
    [
      { NOTIFY_WEBHOOK_SECRET: 'whsec_c2hvcnQ=' },
      /NOTIFY_WEBHOOK_SECRET: expected whsec_ and 24 to 64 bytes/,
    ],
    [{ SMTP_URL: 'https://u:secret@mail' }, /SMTP_URL: expected a URL such as smtps:/],
    [{ SLACK_WEBHOOK: 'hooks.example.org/secret' }, /SLACK_WEBHOOK: expected a URL that begins with https/],
    [{ NOTIFY_EMAILS: 'ann' }, /NOTIFY_EMAILS: expected email addresses/],
    [{ OUTBOUND_ALLOW: 'https://hooks.internal/' }, /OUTBOUND_ALLOW: expected hosts such as/],
    [{ OUTBOUND_ALLOW: '10.0.0.0/99' }, /OUTBOUND_ALLOW: expected hosts such as/],
  ])('are refused when they cannot be used: %o', (variables, message) => {
    const said = messageOf(variables);
    expect(said).toMatch(message);
    expect(said).not.toContain('secret');
  });
});

describe('the configuration of the server', () => {
  it('has defaults for everything', () => {
    expect(readServerConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8001,
      database: { dataDir: '.nightshift' },
      dataDir: '.nightshift',
      keyFile: undefined,
      adminApiKey: undefined,
      adminUsers: [],
      actionsRules: [],
      approverGroups: new Map(),
      trustedProxy: [],
      corsOrigins: [],
      graphiql: 'on',
      introspection: true,
      maxConnections: 2000,
      keySleepDays: 30,
      maxStreamsPerViewer: 200,
      digest: { time: '07:00', zone: 'UTC' },
      publicUrl: undefined,
      githubWebhookSecret: undefined,
      githubUsers: new Map(),
      githubSignIn: undefined,
      githubAppKey: undefined,
      githubToken: undefined,
      github: { hosts: ['github.com'], repositories: [] },
      githubApiUrl: 'https://api.github.com',
      logLevel: 'info',
      leaseMs: 30_000,
      reportLimitMs: 6 * 3_600_000,
      delivery: {},
      outboundAllow: [],
      settings: expect.any(Array),
    });
  });

  it('reads every variable, and takes an empty one for one that is not set', () => {
    const config = readServerConfig({
      HOST: '0.0.0.0',
      PORT: '0',
      DATABASE_URL: 'postgresql://u:p@db/nightshift',
      ADMIN_API_KEY: 'a-key-of-sixteen-characters',
      ADMIN_USERS: 'Ann@example.org, bob@example.org',
      APPROVER_GROUPS: 'release = Ann@example.org ,bob@example.org; ops=admin;',
      TRUSTED_PROXY: '10.0.0.5,10.1.0.0/16,::1',
      CORS_ORIGINS: 'https://tools.example.org',
      LOG_LEVEL: 'DEBUG',
      GRAPHIQL: ' Loopback ',
      INTROSPECTION: 'OFF',
      LEASE_SECONDS: '10',
      MAX_CONNECTIONS: '500',
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
      approverGroups: new Map([
        ['ann@example.org', ['release']],
        ['bob@example.org', ['release']],
        ['admin', ['ops']],
      ]),
      trustedProxy: ['10.0.0.5', '10.1.0.0/16', '::1'],
      corsOrigins: ['https://tools.example.org'],
      graphiql: 'loopback',
      introspection: false,
      maxConnections: 500,
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
      GRAPHIQL: 'true',
      INTROSPECTION: 'false',
      TRUSTED_PROXY: '1.2.3.4/33',
      HOST: '0.0.0.0',
      ADMIN_API_KEY: 'short',
    });
    expect(message).toContain('PORT: expected a whole number from 0 to 65535, got "70000"');
    expect(message).toContain('LOG_LEVEL: expected one of');
    expect(message).toContain('GRAPHIQL: expected one of "off"|"loopback"|"on", got "true"');
    expect(message).toContain('INTROSPECTION: expected one of "on"|"off", got "false"');
    expect(message).toContain('TRUSTED_PROXY: expected IP addresses');
    expect(message).toContain('ADMIN_API_KEY: expected at least 16 characters while HOST is 0.0.0.0, got 5');
  });

  it.each(['release', 'release=', '=ann@example.org', 'a b=ann@example.org', 'release=ann, ', 'release=a b'])(
    'does not take %j for groups',
    (APPROVER_GROUPS) => {
      expect(messageOf({ APPROVER_GROUPS })).toContain(
        `APPROVER_GROUPS: expected groups such as release=ann@example.org,ben@example.org with semicolons between them, got ${JSON.stringify(APPROVER_GROUPS)}`,
      );
    },
  );

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
    'refuses HOST %s with a short key, and leaves it to the start whether there is another',
    (host) => {
      expect(messageOf({ HOST: host })).toBe('');
      expect(messageOf({ HOST: host, ADMIN_API_KEY: 'short' })).toContain('at least 16 characters');
      expect(messageOf({ HOST: host, ADMIN_API_KEY: '0123456789abcdef' })).toBe('');
    },
  );

  it.each(['127.0.0.1', 'localhost', '::1', '127.1.2.3'])('needs no key on HOST %s', (host) => {
    expect(messageOf({ HOST: host })).toBe('');
  });
});

describe('the files of variables', () => {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-env-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('are read from the working directory, and real variables win over them', async () => {
    writeFileSync(join(directory, '.env'), 'PORT=3000\nNIGHTSHIFT_PORT=9001\nNIGHTSHIFT_LOG_LEVEL=debug\n');
    writeFileSync(join(directory, '.env.nightshift'), 'ADMIN_USERS="ann@example.org" # who decides\n');
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
