import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { describeLock, type Lock } from '../support/billOfMaterials.ts';

interface Written {
  metadata: { component: { name: string; version: string } };
  components: {
    group?: string;
    name: string;
    version: string;
    purl: string;
    scope: string;
    hashes?: { alg: string; content: string }[];
    licenses?: object[];
  }[];
  dependencies: { ref: string; dependsOn?: string[] }[];
}

const own = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;

function write(lock: Lock): Written {
  return JSON.parse(describeLock(lock, new Date())) as Written;
}

/** One of the official schemas of CycloneDX, as its library brings them. */
function readSchema(name: string): object {
  return JSON.parse(readFileSync(`node_modules/@cyclonedx/cyclonedx-library/res/schema/${name}`, 'utf8'));
}

describe('The bill of materials of this repository', () => {
  const written = write(own);
  const inProduction = Object.entries(own.packages).filter(([path, { dev }]) => path !== '' && !dev);

  it('has each package of production, with its version and the hash by which npm knows it', () => {
    const listed = new Map(
      written.components.map(({ group, name, version, hashes }) => [
        `${group === undefined ? '' : `${group}/`}${name}@${version}`,
        hashes?.map(({ alg, content }) => `${alg} ${content}`),
      ]),
    );
    const expected = inProduction.map(([path, { name, version, integrity = '' }]): [string, string[]] => [
      `${name ?? path.replace(/^.*node_modules\//, '')}@${version}`,
      [`SHA-512 ${Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')}`],
    ]);
    expect(expected.length).toBeGreaterThan(300);
    expect(listed).toEqual(new Map(expected));
  });

  it('names the license of each package of which the lock file names one', () => {
    const named = new Set(
      inProduction.filter(([, { license }]) => license).map(([, { integrity }]) => integrity),
    );
    const withLicense = written.components.filter(({ licenses }) => licenses !== undefined);
    expect(withLicense).toHaveLength(named.size);
  });

  it('is valid by the schema of CycloneDX 1.6', () => {
    const ajv = new Ajv({ strict: false });
    for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'])
      ajv.addSchema(readSchema(name), `http://cyclonedx.org/schema/${name}`);
    addFormats.default(ajv);
    for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true);
    const validate = ajv.compile(readSchema('bom-1.6.SNAPSHOT.schema.json'));
    validate(written);
    expect(validate.errors).toBeNull();
  });
});

describe('A bill of materials', () => {
  const written = write({
    packages: {
      '': { name: 'app', version: '1.0.0', dependencies: { a: '1', '@s/b': '1' } },
      'node_modules/a': {
        version: '1.0.0',
        license: '(MIT OR Apache-2.0)',
        dependencies: { c: '1', absent: '1' },
      },
      'node_modules/@s/b': { version: '1.0.0+x', license: 'MIT and ISC', dependencies: { c: '2' } },
      'node_modules/@s/b/node_modules/c': { version: '2.0.0', license: 'MIT', optional: true },
      'node_modules/c': { version: '1.0.0', peerDependencies: { d: '1' } },
      'node_modules/d': { version: '2.0.0', devOptional: true },
      'node_modules/a/node_modules/d': { version: '2.0.0' },
      'node_modules/tool': { version: '1.0.0', dev: true, dependencies: { a: '1' } },
    },
  });
  const part = (purl: string) => written.components.find((component) => component.purl === purl);
  const needs = (ref: string) => written.dependencies.find((dependency) => dependency.ref === ref)?.dependsOn;

  it('has a version once, however often it is installed, and not what only development needs', () => {
    expect(written.components.map(({ purl }) => purl).sort()).toEqual([
      'pkg:npm/%40s/b@1.0.0%2Bx',
      'pkg:npm/a@1.0.0',
      'pkg:npm/c@1.0.0',
      'pkg:npm/c@2.0.0',
      'pkg:npm/d@2.0.0',
    ]);
    expect(written.metadata.component).toMatchObject({ name: 'app', version: '1.0.0' });
  });

  it('says which packages each one gets, found as Node finds them', () => {
    expect(needs('pkg:npm/app@1.0.0')).toEqual(['pkg:npm/%40s/b@1.0.0%2Bx', 'pkg:npm/a@1.0.0']);
    expect(needs('pkg:npm/a@1.0.0')).toEqual(['pkg:npm/c@1.0.0']);
    expect(needs('pkg:npm/%40s/b@1.0.0%2Bx')).toEqual(['pkg:npm/c@2.0.0']);
    expect(needs('pkg:npm/c@1.0.0')).toEqual(['pkg:npm/d@2.0.0']);
  });

  it('calls optional what nobody requires', () => {
    expect(part('pkg:npm/c@2.0.0')?.scope).toBe('optional');
    expect(part('pkg:npm/d@2.0.0')?.scope).toBe('required');
  });

  it('writes licenses as SPDX where they are, else by their name', () => {
    expect(part('pkg:npm/c@2.0.0')?.licenses).toEqual([{ license: { id: 'MIT' } }]);
    expect(part('pkg:npm/a@1.0.0')?.licenses).toEqual([{ expression: '(MIT OR Apache-2.0)' }]);
    expect(part('pkg:npm/%40s/b@1.0.0%2Bx')?.licenses).toEqual([{ license: { name: 'MIT and ISC' } }]);
    expect(part('pkg:npm/c@1.0.0')?.licenses).toBeUndefined();
  });
});
