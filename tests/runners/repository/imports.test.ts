import { describe, expect, it } from 'vitest';
import { readImports } from '../../../contract/readImports.ts';
import { findDependants, readImportGraph } from '../../../runners/repository/importGraph.ts';
import { splitScript, withoutPrefixes } from '../../../runners/repository/splitScript.ts';
import { scratchRepository } from '../support/scratchRepository.ts';

describe('The imports of a file', () => {
  it('are read in every form, with their line and whether they vanish at run time', () => {
    const text = `import a from 'a';
import type { b } from 'b';
export * from 'c';
const d = require('d'), e = await import('e');
let f: import('f').F;
import.meta.resolve('g');
// import 'comment';
const text = "import 'text'";`;
    const found = readImports('x.ts', text)?.map(
      ({ specifier, line, kind }) => `${specifier} ${line} ${kind}`,
    );
    expect(found).toEqual([
      'a 1 static',
      'b 2 type',
      'c 3 static',
      'd 4 dynamic',
      'e 4 dynamic',
      'f 5 type',
      'g 6 dynamic',
    ]);
  });

  it('are unknown when the file cannot be parsed', () => {
    expect(readImports('x.js', 'const = ;')).toBeUndefined();
  });

  it('are followed backwards through endings, folders, aliases and files that are gone', async () => {
    const repository = scratchRepository({
      'tsconfig.json': { compilerOptions: { paths: { '@/*': ['./src/*'] } } },
      'src/a.ts': '',
      'src/b/index.ts': "import '../a.js';",
      'src/c.ts': "import './b';",
      'd.ts': "import '@/c';",
      'e.ts': "import './gone.ts';",
      'other.ts': "import 'node:fs';",
    });
    const files = ['src/a.ts', 'src/b/index.ts', 'src/c.ts', 'd.ts', 'e.ts', 'other.ts'];
    const graph = await readImportGraph(repository.path, files);
    expect([...findDependants(graph, ['src/a.ts'])]).toEqual([
      'src/a.ts',
      'src/b/index.ts',
      'src/c.ts',
      'd.ts',
    ]);
    expect([...findDependants(graph, ['gone.ts'])]).toEqual(['gone.ts', 'e.ts']);
  });
});

describe('A script', () => {
  it('is split into commands and words as a shell would', () => {
    expect(splitScript(`A=1 node "my file.js" --x='a b' && (npm run b || exit 1); c|d`)).toEqual([
      ['A=1', 'node', 'my file.js', '--x=a b'],
      ['npm', 'run', 'b'],
      ['exit', '1'],
      ['c'],
      ['d'],
    ]);
  });

  it('loses what only sets variables', () => {
    expect(withoutPrefixes(['cross-env', 'A=1', 'node', 'x.js'])).toEqual(['node', 'x.js']);
  });
});
