import { readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { execa } from 'execa';
import { projectPattern } from '../../contract/projectName.ts';
import type { Plan } from '../plan/schema.ts';
import { readOrigin } from './origin.ts';
import { projectOfOrigin } from './projectOfOrigin.ts';

/** Whose a plan is, where its file stands, and how that was found out. */
export interface PlanHome {
  /** Such as `acme/site`. */
  project: string;
  /** What names the project; `directory` (an origin that is one), `package` and `folder` are guesses. */
  from: 'plan' | 'variable' | 'origin' | 'directory' | 'package' | 'folder';
  /** The directory of the repository, else of the package, else of the plan file. */
  root: string;
  /** The path of the plan file from there, with `/` between the parts. */
  path: string;
}

/** Finds the homes of plans. */
export type HomeFinder = (plan: Pick<Plan, 'file' | 'project'>) => Promise<PlanHome>;

/**
 * Makes a finder of the homes of plans: `project` of the plan, else the named project (`NIGHTSHIFT_PROJECT`), else the
 * repository of the remote `origin`, the name in package.json, or the folder. What a checkout says is read once, so
 * that no step that changes its settings moves a plan to another project.
 */
export function createHomeFinder(namedProject: string | undefined): HomeFinder {
  const locations = new Map<string, Promise<Location>>();
  return async ({ file, project }) => {
    const location = locations.get(file) ?? findLocation(file);
    locations.set(file, location);
    const { found, ...where } = await location;
    if (project !== undefined) return { ...where, project, from: 'plan' };
    if (namedProject !== undefined) return { ...where, project: namedProject, from: 'variable' };
    return { ...where, ...found };
  };
}

/** Where a plan file stands, and whose it is when nobody says so. */
interface Location extends Pick<PlanHome, 'root' | 'path'> {
  found: Pick<PlanHome, 'project' | 'from'>;
}

async function findLocation(file: string): Promise<Location> {
  const real = await realpath(file).catch(() => file);
  const directory = dirname(real);
  const [found, origin] = await Promise.all([
    askAgain(() => findRepository(directory)),
    askAgain(() => readOrigin(directory)),
  ]);
  const repository = found ?? undefined;
  const ownPackage = await findPackage(directory, repository);
  const root = repository ?? ownPackage?.directory ?? directory;
  return { root, path: relative(root, real).split(sep).join('/'), found: nameOf(root, origin, ownPackage) };
}

function nameOf(
  root: string,
  origin: string | undefined,
  ownPackage: Package | undefined,
): Location['found'] {
  const repository = origin === undefined ? undefined : projectOfOrigin(origin);
  if (repository !== undefined) return repository;
  if (ownPackage?.name !== undefined && projectPattern.test(ownPackage.name))
    return { project: ownPackage.name, from: 'package' };
  const folder = basename(root).replace(/[^\w.@+~-]/g, '-');
  return {
    project: /^[A-Za-z0-9_]/.test(folder) ? folder.slice(0, 128) : `_${folder.slice(0, 127)}`,
    from: 'folder',
  };
}

/** A machine that is busy for a moment must not make another project of a checkout. */
async function askAgain<T>(ask: () => Promise<T | undefined>): Promise<T | undefined> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask();
    if (answer !== undefined || tries === 3) return answer;
  }
}

/** The directory of the repository, null outside of one, undefined when git did not say. */
async function findRepository(directory: string): Promise<string | null | undefined> {
  const options = { cwd: directory, reject: false, stdin: 'ignore', timeout: 10_000 } as const;
  const { stdout, exitCode } = await execa('git', ['rev-parse', '--show-toplevel'], options);
  if (exitCode === undefined) return undefined;
  return exitCode === 0 && stdout !== '' ? realpath(stdout).catch(() => null) : null;
}

interface Package {
  directory: string;
  name?: string | undefined;
}

/** Finds the nearest package.json from a directory upwards, up to the repository. */
async function findPackage(directory: string, repository: string | undefined): Promise<Package | undefined> {
  const text = await readFile(join(directory, 'package.json'), 'utf8').catch(() => undefined);
  if (text !== undefined) return { directory, name: nameIn(text) };
  const parent = dirname(directory);
  return directory === repository || parent === directory ? undefined : findPackage(parent, repository);
}

function nameIn(text: string): string | undefined {
  try {
    const { name } = JSON.parse(text) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
