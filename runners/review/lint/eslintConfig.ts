import { join } from 'node:path';
import { exists, findUpwards } from '../../repository/localTool.ts';
import { declaredPackages, type Manifest } from '../../repository/manifest.ts';

/** How a repository configures ESLint. */
export interface EslintConfig {
  /** False for `.eslintrc` and its kin. */
  flat: boolean;
  /** Endings of the files that this config can handle. */
  extensions: string[];
}

const flatNames = ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts'].map((ending) => `eslint.config.${ending}`);
const legacyNames = ['', '.js', '.cjs', '.yaml', '.yml', '.json'].map((ending) => `.eslintrc${ending}`);
const script = ['.js', '.mjs', '.cjs', '.jsx'];
const others = ['.ts', '.mts', '.cts', '.tsx', '.vue', '.svelte', '.astro'];

/** Finds how ESLint is configured, in the directory or above it; undefined when it is not. */
export async function findEslintConfig(
  cwd: string,
  manifest: Manifest | undefined,
): Promise<EslintConfig | undefined> {
  for (const name of flatNames) {
    if ((await findUpwards(cwd, name)) !== undefined)
      return { flat: true, extensions: [...script, ...others] };
  }
  const files = await Promise.all(legacyNames.map((name) => exists(join(cwd, name))));
  if (!files.includes(true) && manifest?.eslintConfig === undefined) return undefined;
  return { flat: false, extensions: [...script, ...legacyExtensions(manifest)] };
}

/** A legacy config lints every file it is given, so only endings that a declared parser understands are given. */
function legacyExtensions(manifest: Manifest | undefined): string[] {
  const declared = manifest === undefined ? new Map<string, string>() : declaredPackages(manifest);
  const understands = (...names: string[]) => names.some((name) => declared.has(name));
  return [
    ...(understands('@typescript-eslint/parser', 'typescript-eslint') ? ['.ts', '.mts', '.cts', '.tsx'] : []),
    ...(understands('eslint-plugin-vue') ? ['.vue'] : []),
    ...(understands('eslint-plugin-svelte') ? ['.svelte'] : []),
    ...(understands('eslint-plugin-astro') ? ['.astro'] : []),
  ];
}
