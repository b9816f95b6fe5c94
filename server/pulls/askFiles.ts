import * as z from 'zod';
import type { PullHead } from '../../contract/pulls/pullReader.ts';
import type { PullFile, PullFiles } from '../../domain/pulls/details.ts';
import { type GithubApi, pathOf } from './api.ts';
import { strangersText } from './askDetails.ts';
import { GithubError } from './errors.ts';

/** So many pages of 100 files are read, and so many files kept. */
const maxPages = 3;
const maxKept = 20;

const files = z.array(
  z.object({ filename: z.string(), additions: z.int().min(0), deletions: z.int().min(0) }),
);

/**
 * Asks for the largest files of a pull request. GitHub says 0 for the lines of files behind a very large diff, so it is
 * said whether the lines add up to `total`, where that is known. @throws GithubError
 */
export async function askFiles(
  api: GithubApi,
  pull: PullHead,
  total: number | undefined,
): Promise<PullFiles> {
  const found: PullFile[] = [];
  let path: string | undefined = `${pathOf(pull)}/files?per_page=100`;
  for (let page = 0; path !== undefined && page < maxPages; page += 1) {
    const { data, next } = await api.get(path);
    const { success, data: list } = files.safeParse(data);
    if (!success) throw new GithubError('Unexpected answer from GitHub. Check GITHUB_API_URL', 200);
    found.push(
      ...list.map(({ filename, additions, deletions }) => ({
        path: strangersText(filename, 300),
        additions,
        deletions,
      })),
    );
    path = next;
  }
  const lines = found.reduce((sum, file) => sum + sizeOf(file), 0);
  return {
    largest: found.toSorted((one, other) => sizeOf(other) - sizeOf(one)).slice(0, maxKept),
    seen: found.length,
    isComplete: path === undefined && (total === undefined || lines === total),
  };
}

function sizeOf({ additions, deletions }: PullFile): number {
  return additions + deletions;
}
