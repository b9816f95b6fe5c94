import { basename, delimiter, dirname, join, resolve, sep } from 'node:path';

/** The environment of a process. */
type Variables = Record<string, string | undefined>;

const ownPackage = resolve(import.meta.dirname, '../..');

/**
 * Gives the environment in which the tools of a repository run: as the user's shell has it, without what a package
 * manager adds for the scripts of our own package, whose Node and programs would come before those of the repository.
 */
export function toolEnvironment(cwd: string, variables: Variables): Variables {
  const kept = Object.entries(variables).filter(([name]) => !isOfScript(name, variables));
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      /^path$/i.test(name) ? withoutScriptFolders(value ?? '', cwd, variables) : value,
    ]),
  );
}

/** `NPM_CONFIG_…` in capitals stays: that is how people set it. */
function isOfScript(name: string, variables: Variables): boolean {
  if (variables.npm_lifecycle_event === undefined) return false;
  if (name === 'NODE') return variables.NODE === variables.npm_node_execpath;
  return name.startsWith('npm_') || name === 'INIT_CWD';
}

function withoutScriptFolders(path: string, cwd: string, variables: Variables): string {
  const folders = path.split(delimiter);
  const manifest = variables.npm_package_json;
  // Those of the repository itself are left out too: where its tools run they are put before all others.
  const packages = [ownPackage, cwd, ...(manifest === undefined ? [] : [dirname(manifest)])];
  const ours = new Set([...packages.flatMap(binFolders), ...ownNode()]);
  // npm ends what it adds with this folder, once for every script that runs another one.
  const added = folders.findLastIndex((folder) => basename(folder) === 'node-gyp-bin');
  const isAdded = (folder: string, index: number) =>
    index <= added && (basename(folder) === 'node-gyp-bin' || folder.endsWith(join('node_modules', '.bin')));
  return folders.filter((folder, index) => !ours.has(folder) && !isAdded(folder, index)).join(delimiter);
}

/** A worker puts the folder of its Node before all others; one that a package brought is no Node of the user. */
function ownNode(): string[] {
  const folder = dirname(process.execPath);
  return folder.split(sep).includes('node_modules') ? [folder] : [];
}

function binFolders(folder: string): string[] {
  const parent = dirname(folder);
  return [join(folder, 'node_modules', '.bin'), ...(parent === folder ? [] : binFolders(parent))];
}
