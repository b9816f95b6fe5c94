import { readFile } from 'node:fs/promises';
import { sep } from 'node:path';

/** A plan with more files than these is not followed further. */
const maxFiles = 2000;

/**
 * Lists the files that loading a plan runs: its own, and what it and they import, packages by their entry. What names a
 * module only while it runs is not seen.
 */
export async function listPlanFiles(planFile: string): Promise<string[]> {
  // Parsers of this size are loaded only where a step has an account of its own.
  const { ResolverFactory } = await import('oxc-resolver');
  const { isSource, readImports } = await import('../../contract/readImports.ts');
  const resolver = new ResolverFactory({
    conditionNames: ['node', 'import', 'default'],
    builtinModules: true,
  });
  const files = new Set([planFile]);
  for (const file of files) {
    if (files.size > maxFiles) break;
    if (!isSource(file) || file.includes(`${sep}node_modules${sep}`)) continue;
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const { specifier, kind } of readImports(file, text) ?? []) {
      const { path } = kind === 'type' ? {} : resolver.resolveFileSync(file, specifier);
      if (path !== undefined) files.add(path);
    }
  }
  return [...files];
}
