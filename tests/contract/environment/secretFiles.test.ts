import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { overEnvFile, secretPaths, withSecretFiles } from '../../../contract/environment/secretFiles.ts';
import { secretVariables } from '../../../contract/environment/secretVariables.ts';
import { readConfig } from '../../../orchestrator/config.ts';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { secretsOf } from '../../../orchestrator/plan/secretsOf.ts';
import { readServerConfig } from '../../../server/config.ts';
import { spawnNode } from '../../support/spawnNode.ts';
import { tempDir } from '../../support/tempDir.ts';

function written(name: string, text: string, directory = tempDir()) {
  writeFileSync(join(directory, name), text);
  return directory;
}

describe('A secret', () => {
  it.each(secretVariables)('can come from a file that %s_FILE names, without its last line end', (name) => {
    const directory = written('secret', 'a secret \n');
    expect(withSecretFiles({ [`${name}_FILE`]: 'secret' }, directory)[name]).toBe('a secret ');
    expect(secretPaths({ [`${name}_FILE`]: 'secret' }, directory)).toEqual([join(directory, 'secret')]);
  });

  it('can be a credential that systemd lends, where no variable is set', () => {
    const directory = written('API_KEY', 'lent\n');
    expect(withSecretFiles({ CREDENTIALS_DIRECTORY: directory }, '/').API_KEY).toBe('lent');
    expect(withSecretFiles({ CREDENTIALS_DIRECTORY: directory, API_KEY: 'set' }, '/').API_KEY).toBe('set');
    expect(withSecretFiles({ CREDENTIALS_DIRECTORY: directory }, '/').ADMIN_API_KEY).toBeUndefined();
  });

  it('that is set twice is refused, without its value', () => {
    const directory = written('secret', 'from the file');
    const both = () => withSecretFiles({ API_KEY: 'from outside', API_KEY_FILE: 'secret' }, directory);
    expect(both).toThrow('API_KEY_FILE: expected no file while API_KEY is set, got "secret"');
    expect(both).not.toThrow(/from/);
  });

  it('of the environment takes the place of a file that .env names, and the other way round', () => {
    expect(overEnvFile({ API_KEY_FILE: 'f', PORT: '1' }, { API_KEY: 'k' })).toEqual({
      PORT: '1',
      API_KEY: 'k',
    });
    expect(overEnvFile({ API_KEY: 'k' }, { API_KEY_FILE: 'f' })).toEqual({ API_KEY_FILE: 'f' });
    expect(overEnvFile({ API_KEY: 'k' }, { API_KEY: '' })).toEqual({ API_KEY: '' });
  });

  it('whose file is not there, is empty or cannot be read is named with the file', () => {
    const directory = written('empty', '\n');
    mkdirSync(join(directory, 'folder'));
    const reading = (file: string) => () => withSecretFiles({ SMTP_URL_FILE: file }, directory);
    expect(reading('none')).toThrow(
      /^SMTP_URL_FILE: expected a file with a secret, got ".*none", which does not exist/,
    );
    expect(reading('empty')).toThrow(/which is empty/);
    expect(reading('folder')).toThrow(/which cannot be read: EISDIR/);
  });

  it('from a file is masked and checked like any other', () => {
    const directory = written('token', 'token-from-a-file');
    writeFileSync(join(directory, '.env'), 'NIGHTSHIFT_GITHUB_TOKEN_FILE=token\n');
    const config = readConfig(directory);
    const plan = readPlan({ steps: [{ task: 'a', cmd: ['a'] }] }, 'f', 'n');
    expect(secretsOf(config, plan)).toContain('token-from-a-file');
    expect(config.privatePaths).toContain(join(directory, 'token'));
    expect(() => readServerConfig({ ...withSecretFiles({ SMTP_URL_FILE: 'token' }, directory) })).toThrow(
      /SMTP_URL/,
    );
  });

  it('from a file reaches the server', async () => {
    const directory = written('key', 'k'.repeat(20));
    const script = `import { loadServerConfig } from ${JSON.stringify(new URL('../../../server/config.ts', import.meta.url))};
      console.log(loadServerConfig().adminApiKey);`;
    const env = { ADMIN_API_KEY: '', ADMIN_API_KEY_FILE: join(directory, 'key'), DATABASE_URL: '' };
    const child = spawnNode(['--input-type=module-typescript', '-e', script], env, directory);
    await child.ended();
    expect(child.stdout().trim()).toBe('k'.repeat(20));
  });
});
