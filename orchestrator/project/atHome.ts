import { stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { Client } from '../../client/index.ts';
import type { PlanHome } from './planHomes.ts';

type PlanHomeInput = NonNullable<Parameters<Client['settleDue']>[0]['home']>;

/**
 * Sends a plan to the server with its project. Where the server knows the plan by another path, and no file is there any
 * more in this checkout, the plan was moved, and the server is told that too. That file is never loaded.
 */
export async function atHome<A extends { __typename: string }>(
  home: PlanHome | undefined,
  call: (home: PlanHomeInput | undefined) => Promise<A>,
): Promise<A> {
  if (home === undefined) return call(undefined);
  const { project, path, root } = home;
  const given = { project, path, isGuessed: isGuessed(home) };
  const answer = await call(given);
  const other = otherPath(answer);
  if (other === undefined || (await isFile(root, other))) return answer;
  return call({ ...given, movedFrom: other });
}

/** Says whether nobody named the project of a plan. */
export function isGuessed({ from }: Pick<PlanHome, 'from'>): boolean {
  return from === 'directory' || from === 'package' || from === 'folder';
}

function otherPath(answer: { __typename: string; path?: string }): string | undefined {
  return answer.__typename === 'PlanElsewhereError' ? answer.path : undefined;
}

async function isFile(root: string, path: string): Promise<boolean> {
  const file = resolve(root, path);
  if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) return false;
  return (await stat(file).catch(() => undefined))?.isFile() ?? false;
}
