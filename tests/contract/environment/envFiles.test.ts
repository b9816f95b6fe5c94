import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lostVariables, readEnvFiles } from '../../../contract/environment/envFiles.ts';
import { tempDir } from '../../support/tempDir.ts';

function directoryWith(files: Record<string, string>): string {
  const directory = tempDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

/** What counts of files, and what is lost, in an environment. */
function read(files: Record<string, string>, environment: Record<string, string> = {}) {
  const found = readEnvFiles(directoryWith(files), environment);
  return { counts: found.variables, lost: lostVariables(found, environment) };
}

describe('Files of variables', () => {
  it('give of .env the names that begin with our own, with and without that beginning', () => {
    expect(
      read({ '.env': 'NIGHTSHIFT_PORT=1\nPORT=2\nPATH=/x\nNIGHTSHIFT_DATA=d\nNIGHTSHIFT_=x\n' }),
    ).toEqual({
      counts: { NIGHTSHIFT_PORT: '1', PORT: '1', NIGHTSHIFT_DATA: 'd', NIGHTSHIFT_: 'x' },
      lost: [],
    });
  });

  it('give of .env.nightshift every name, and it goes before .env', () => {
    const files = { '.env': 'NIGHTSHIFT_PORT=1\nADMIN_API_KEY=k\n', '.env.nightshift': 'PORT=2\nHOST=h\n' };
    expect(read(files)).toMatchObject({ counts: { PORT: '2', HOST: 'h' }, lost: [] });
  });

  it('are the one that NIGHTSHIFT_ENV_FILE names in the environment, and in no file', () => {
    const files = {
      '.env': 'PORT=1\nNIGHTSHIFT_ENV_FILE=.env\n',
      '.env.nightshift': 'PORT=2\n',
      other: 'PORT=3\n',
    };
    expect(read(files, { NIGHTSHIFT_ENV_FILE: '.env' }).counts).toEqual({ PORT: '1' });
    expect(read(files, { NIGHTSHIFT_ENV_FILE: 'other' }).counts).toEqual({ PORT: '3' });
    expect(read(files).counts).toEqual({ PORT: '2' });
    expect(read({ '.env': files['.env'] })).toMatchObject({ counts: {}, lost: ['PORT'] });
  });

  it('lose what the environment has neither by its name nor by a file', () => {
    const files = { '.env': 'API_KEY=k\nSMTP_URL_FILE=f\nPORT=\nOTHER=x\n' };
    expect(read(files).lost).toEqual(['API_KEY', 'SMTP_URL_FILE']);
    expect(read(files, { API_KEY_FILE: 'f', SMTP_URL: 'smtps://x' }).lost).toEqual([]);
    expect(read(files, { API_KEY: '', SMTP_URL: 'smtps://x' }).lost).toEqual(['API_KEY']);
    expect(read({ '.env': 'API_KEY=k\nNIGHTSHIFT_API_KEY=k\n' }).lost).toEqual([]);
  });

  it('may have names that no map should be asked for', () => {
    const { counts } = read({ '.env': 'NIGHTSHIFT___proto__=x\nNIGHTSHIFT_toString=y\n__proto__=z\n' });
    expect(Object.entries(counts)).toContainEqual(['toString', 'y']);
    expect(Object.getPrototypeOf(counts)).toBe(Object.prototype);
  });

  it('that cannot be read are named', () => {
    const directory = tempDir();
    mkdirSync(join(directory, '.env.nightshift'));
    expect(() => readEnvFiles(directory, {})).toThrow(/\.env\.nightshift cannot be read: EISDIR/);
    expect(() => readEnvFiles(directory, { NIGHTSHIFT_ENV_FILE: 'none' })).toThrow(
      /"none", which does not exist/,
    );
  });
});
