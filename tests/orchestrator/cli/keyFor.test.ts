import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyForFound, keyForNamed } from '../../../orchestrator/cli/keyFor.ts';
import { readSession, saveSession, sessionsPath } from '../../../orchestrator/cli/sessionFile.ts';
import { parseConfig } from '../../../orchestrator/config.ts';
import { tempDir } from '../../support/tempDir.ts';

const here = 'http://127.0.0.1:8001';

/** The command line in a directory with a machine's key, on whose data directory this server runs. */
function setting(variables: Record<string, string> = {}, running: string | undefined = here) {
  const directory = tempDir();
  writeFileSync(join(directory, 'key'), 'the-machines-key\n');
  writeFileSync(join(directory, 'named'), 'the-named-key\n');
  const config = parseConfig({ NIGHTSHIFT_DATA: '.', XDG_CONFIG_HOME: directory, ...variables }, directory);
  const gateway = { findServer: async () => (running === undefined ? null : { pid: 1, url: running }) };
  return { config, context: { config: () => config, gateway: gateway as never } };
}

describe('The key for the server of API_BASE', () => {
  const server = (url: string, variables: Record<string, string> = {}, running?: string) =>
    keyForNamed(setting(variables, running).context, url);
  const of = async (...given: Parameters<typeof server>) => (await server(...given)).apiKey;

  it('is API_KEY, and ADMIN_API_KEY where that is missing', async () => {
    const both = { API_KEY: 'the-key', ADMIN_API_KEY: 'the-admins' };
    expect(await of('https://nightshift.example.org', both)).toBe('the-key');
    expect(await of(here, both)).toBe('the-key');
    expect(await of('https://nightshift.example.org', { ADMIN_API_KEY: 'the-admins' })).toBe('the-admins');
  });

  it('is the machine’s only where that server is the one of the data directory', async () => {
    expect(await of(here)).toBe('the-machines-key');
    const others = ['https://nightshift.example.org', 'http://127.0.0.1:8002', 'http://localhost:8002'];
    for (const other of [
      ...others,
      'http://[::1]:8001',
      'http://127.0.0.1.evil.example:8001',
      'http://10.0.0.7:8001',
    ])
      expect(await of(other)).toBeUndefined();
    expect(await of('http://10.0.0.7:8001', {}, 'http://10.0.0.7:8001')).toBeUndefined();
  });

  it.each([here, 'http://[::1]:8001', 'http://localhost:8001'])(
    'is the machine’s where localhost means the server that was found at %s, and is called there',
    async (found) => {
      const named = await server('http://localhost:8001', {}, found);
      expect(named).toEqual({ url: found, apiKey: 'the-machines-key' });
    },
  );

  it('is whatever stands in API_KEY_FILE at the moment', async () => {
    const { config, context } = setting({ API_KEY: 'the-key', API_KEY_FILE: 'named' });
    const { apiKey } = await keyForNamed(context, here);
    const ask = apiKey as () => Promise<string>;
    expect(await ask()).toBe('the-named-key');
    writeFileSync(config.apiKeyFile ?? '', 'another-key\n');
    expect(await ask()).toBe('another-key');
    // While it is being replaced it may be empty or gone.
    rmSync(config.apiKeyFile ?? '');
    expect(await ask()).toBe('another-key');
  });

  it('is that of NIGHTSHIFT_KEY_FILE for a server of this computer, and for no other', async () => {
    const named = { NIGHTSHIFT_KEY_FILE: 'named' };
    for (const url of [here, 'http://localhost:9', 'http://[::1]:9'])
      expect(await of(url, named)).toBe('the-named-key');
    for (const url of ['https://nightshift.example.org', 'http://10.0.0.7:9'])
      expect(await of(url, named)).toBeUndefined();
  });
});

describe('The key for the server that was found through the data directory', () => {
  const of = (variables: Record<string, string>, url = here) =>
    keyForFound(setting(variables).config, url).then(({ apiKey }) => apiKey);

  it('is the machine’s, whatever other keys are set, and never API_KEY', async () => {
    expect(await of({ API_KEY: 'meant-for-another', ADMIN_API_KEY: 'the-admins' })).toBe('the-machines-key');
    expect(await of({ NIGHTSHIFT_KEY_FILE: 'named' })).toBe('the-named-key');
    expect(await of({ API_KEY: 'meant-for-another', NIGHTSHIFT_DATA: 'nowhere' })).toBeUndefined();
  });

  it('is ADMIN_API_KEY where there is no file, or the server listens beyond loopback alone', async () => {
    expect(await of({ NIGHTSHIFT_DATA: 'nowhere', ADMIN_API_KEY: 'the-admins' })).toBe('the-admins');
    expect(await of({ ADMIN_API_KEY: 'the-admins' }, 'http://10.0.0.7:8001')).toBe('the-admins');
  });
});

describe('The sign-in of this command line', () => {
  const far = 'https://nightshift.example.org';
  const keyOfNamed = async (...given: Parameters<typeof keyForNamed>) => (await keyForNamed(...given)).apiKey;
  const keyOfFound = async (...given: Parameters<typeof keyForFound>) => (await keyForFound(...given)).apiKey;

  /** A command line that is signed in at two servers. */
  function signedIn(variables: Record<string, string> = {}, expiresAt = '2999-01-01T00:00:00.000Z') {
    const { config, context } = setting(variables);
    for (const url of [far, here])
      saveSession(config.variables, url, { token: `token of ${url}`, viewer: 'ann@example.org', expiresAt });
    return { config, context };
  }

  it('counts at its server alone, after API_KEY and before every other key', async () => {
    for (const url of [far, here])
      expect(await keyOfNamed(signedIn().context, `${url}`)).toBe(`token of ${url}`);
    expect(await keyOfNamed(signedIn({ API_KEY: 'the-key' }).context, far)).toBe('the-key');
    expect(await keyOfNamed(signedIn({ ADMIN_API_KEY: 'the-admins' }).context, far)).toBe(`token of ${far}`);
    expect(await keyOfNamed(signedIn().context, 'https://other.example.org')).toBeUndefined();
    expect(await keyOfFound(signedIn({ API_KEY: 'meant-for-another' }).config, here)).toBe(
      `token of ${here}`,
    );
  });

  it('comes last for what goes on for longer than it', async () => {
    const lasting = { isLasting: true };
    expect(await keyOfNamed(signedIn({ ADMIN_API_KEY: 'the-admins' }).context, far, lasting)).toBe(
      'the-admins',
    );
    expect(await keyOfNamed(signedIn().context, far, lasting)).toBe(`token of ${far}`);
    expect(await keyOfFound(signedIn().config, here, lasting)).toBe('the-machines-key');
  });

  it('that has expired lets nobody act as somebody else', async () => {
    const old = signedIn({ ADMIN_API_KEY: 'the-admins' }, '2020-01-01T00:00:00.000Z');
    await expect(keyForNamed(old.context, far)).rejects.toThrow('has expired. Run "nightshift login"');
    await expect(keyForFound(old.config, here)).rejects.toThrow('has expired');
    expect(await keyOfNamed(old.context, far, { isLasting: true })).toBe('the-admins');
  });

  it('is kept where each system keeps settings', () => {
    const of = (variables: Record<string, string>, system: NodeJS.Platform) =>
      sessionsPath(variables, system);
    expect(of({ XDG_CONFIG_HOME: '/home/ann/settings' }, 'linux')).toBe(
      '/home/ann/settings/nightshift/sessions.json',
    );
    expect(of({ XDG_CONFIG_HOME: 'relative' }, 'linux')).toMatch(/\.config\/nightshift\/sessions\.json$/);
    expect(of({}, 'darwin')).toMatch(/Library\/Application Support\/nightshift\/sessions\.json$/);
    expect(of({ APPDATA: '/c/Roaming' }, 'win32')).toBe('/c/Roaming/nightshift/sessions.json');
  });

  it('is read for what it is, whatever else stands in the file', () => {
    const { config } = signedIn();
    const path = sessionsPath(config.variables);
    saveSession(config.variables, here, undefined);
    expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')).servers)).toEqual([far]);
    for (const text of ['', 'no JSON', '[]', '{"servers":{"x":{"token":1}}}']) {
      writeFileSync(path, text);
      expect(readSession(config.variables, far)).toBeUndefined();
    }
  });
});
