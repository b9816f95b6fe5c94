import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keyForFound, keyForNamed } from '../../../orchestrator/cli/keyFor.ts';
import { parseConfig } from '../../../orchestrator/config.ts';
import { tempDir } from '../../support/tempDir.ts';

const here = 'http://127.0.0.1:8001';

/** The command line in a directory with a machine's key, on whose data directory this server runs. */
function setting(variables: Record<string, string> = {}, running: string | undefined = here) {
  const directory = tempDir();
  writeFileSync(join(directory, 'key'), 'the-machines-key\n');
  writeFileSync(join(directory, 'named'), 'the-named-key\n');
  const config = parseConfig({ NIGHTSHIFT_DATA: '.', ...variables }, directory);
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
  const of = (variables: Record<string, string>, url = here) => keyForFound(setting(variables).config, url);

  it('is the machine’s, whatever other keys are set, and never API_KEY', () => {
    expect(of({ API_KEY: 'meant-for-another', ADMIN_API_KEY: 'the-admins' })).toBe('the-machines-key');
    expect(of({ NIGHTSHIFT_KEY_FILE: 'named' })).toBe('the-named-key');
    expect(of({ API_KEY: 'meant-for-another', NIGHTSHIFT_DATA: 'nowhere' })).toBeUndefined();
  });

  it('is ADMIN_API_KEY where there is no file, or the server listens beyond loopback alone', () => {
    expect(of({ NIGHTSHIFT_DATA: 'nowhere', ADMIN_API_KEY: 'the-admins' })).toBe('the-admins');
    expect(of({ ADMIN_API_KEY: 'the-admins' }, 'http://10.0.0.7:8001')).toBe('the-admins');
  });
});
