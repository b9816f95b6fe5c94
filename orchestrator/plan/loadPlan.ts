import { readdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { splitLabel } from '../../contract/projectName.ts';
import { suggest } from '../../contract/text/suggest.ts';
import { describeFault } from './faultPlace.ts';
import { PlanError, readPlan } from './readPlan.ts';
import type { Plan } from './schema.ts';

const endings = ['.plan.ts', '.plan.mts', '.plan.mjs', '.plan.js'];

/**
 * Loads a plan by its name (`nightly` finds `nightly.plan.ts` in the directory) or by the path of its file.
 * @throws PlanError when there is no such file, and what loadPlanFile throws
 */
export async function loadPlan(nameOrPath: string, directory: string): Promise<Plan> {
  return loadPlanFile(await findPlan(nameOrPath, directory));
}

/**
 * Loads the plan that a file has; one that was changed since it was last loaded is read anew.
 * @throws PlanError when the file is gone or faulty
 */
export async function loadPlanFile(file: string): Promise<Plan> {
  const exported = await importPlan(file);
  return readPlan(exported, file, basename(file).replace(/(\.plan)?\.[cm]?[jt]s$/, ''));
}

/** Says whether there is a file of a plan, by its name or path. */
export async function hasPlanFile(nameOrPath: string, directory: string): Promise<boolean> {
  return (await firstFile(nameOrPath, directory)) !== undefined;
}

function candidatesOf(nameOrPath: string, directory: string): string[] {
  return isPathLike(nameOrPath)
    ? [resolve(directory, nameOrPath)]
    : endings.map((ending) => resolve(directory, nameOrPath + ending));
}

function isPathLike(nameOrPath: string): boolean {
  return /[\\/]|\.[cm]?[jt]s$/.test(nameOrPath);
}

/**
 * Finds the file of a plan as `findPlan` does, or the path where it stood when something of it is kept, so that runs on
 * record go on while it is gone.
 * @throws PlanError when there is neither
 */
export async function findPlanOrKept(
  nameOrPath: string,
  directory: string,
  kept: () => ReadonlySet<string>,
): Promise<string> {
  const file = await firstFile(nameOrPath, directory);
  if (file !== undefined) return file;
  const before = kept();
  const stood = candidatesOf(nameOrPath, directory).find((candidate) => before.has(candidate));
  return stood ?? findPlan(nameOrPath, directory);
}

async function firstFile(nameOrPath: string, directory: string): Promise<string | undefined> {
  for (const candidate of candidatesOf(nameOrPath, directory)) {
    if ((await stat(candidate).catch(() => undefined))?.isFile()) return candidate;
  }
  return undefined;
}

/**
 * Finds the file of a plan, by its name or path; whether it is a plan is not looked at.
 * @throws PlanError when there is none
 */
async function findPlan(nameOrPath: string, directory: string): Promise<string> {
  const file = await firstFile(nameOrPath, directory);
  if (file !== undefined) return file;
  const candidates = candidatesOf(nameOrPath, directory);
  const label = splitLabel(nameOrPath);
  if (label !== undefined && !isPathLike(label.name))
    throw new PlanError(
      `No plan file "${nameOrPath}": this command reads a file, so pass its name or path, without a project.`,
    );
  if (isPathLike(nameOrPath)) throw new PlanError(`No plan file at ${candidates[0]}.`);
  throw new PlanError(
    `No plan "${nameOrPath}" in ${directory}: looked for ${endings.map((ending) => nameOrPath + ending).join(', ')}. ${await advise(nameOrPath, directory)}`,
  );
}

async function advise(name: string, directory: string): Promise<string> {
  const files = await readdir(directory).catch(() => []);
  const plans = files.flatMap((file) => {
    const ending = endings.find((candidate) => file.endsWith(candidate));
    return ending === undefined ? [] : [file.slice(0, -ending.length)];
  });
  const meant = suggest(name, plans);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  if (plans.length > 0) return `Found: ${plans.join(', ')}.`;
  return 'Create one, or pass its file with --plan FILE.';
}

async function importPlan(file: string): Promise<unknown> {
  const { mtimeMs } = await stat(file).catch((error: unknown) => {
    throw new PlanError(`No plan file at ${file}.`, { cause: error });
  });
  const url = pathToFileURL(file);
  url.searchParams.set('changed', String(mtimeMs));
  const module: Record<string, unknown> = await import(url.href).catch(async (error: unknown) => {
    throw new PlanError(await describeFault(file, error), { cause: error });
  });
  if (module.default !== undefined) return module.default;
  throw new PlanError(`${file} has no default export: write "export default definePlan({ ... })".`);
}
