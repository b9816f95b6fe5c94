import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { declaredPackages, type Manifest } from './manifest.ts';

/** A tool that a repository uses, and whether it can be run. */
export interface LocalTool {
  /** Name of the npm package. */
  name: string;
  /** Path of its program, or undefined when the repository wants the tool but it is not installed. */
  program: string | undefined;
}

/** Finds a tool that the repository declares or configures; undefined when it uses no such tool. */
export async function findTool(
  cwd: string,
  manifest: Manifest | undefined,
  tool: { name: string; binary: string; configured: boolean },
): Promise<LocalTool | undefined> {
  const declared = manifest !== undefined && declaredPackages(manifest).has(tool.name);
  if (!declared && !tool.configured) return undefined;
  const program = await findUpwards(cwd, join('node_modules', '.bin', tool.binary));
  return { name: tool.name, program };
}

/** Finds a path in a directory or the nearest one above it that has it. */
export async function findUpwards(cwd: string, path: string): Promise<string | undefined> {
  const candidate = join(cwd, path);
  if (await exists(candidate)) return candidate;
  const parent = dirname(cwd);
  return parent === cwd ? undefined : findUpwards(parent, path);
}

/** Tells whether something is at a path. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
