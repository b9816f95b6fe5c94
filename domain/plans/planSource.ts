import * as z from 'zod';
import { name } from '../../contract/input/text.ts';
import { nameOf, repositoryOf, repositoryPattern } from '../../contract/pulls/pullLinks.ts';

/**
 * Where the steps of a plan come from, as their worker says when it asks for work: not a part of the plan, since forks
 * and clones share that.
 */
export const planSource = z
  .object({
    /** The content of the plan, or instead the exclusive run. */
    planHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal')
      .nullish(),
    runId: name(64).nullish(),
    /** The address of the remote `origin` of its checkout; empty for none, left out when it could not be read. */
    origin: name(1024).or(z.literal('')).nullish(),
    /** The steps that name the repository of their pull requests. */
    repos: z
      .array(
        z.object({
          task: name(64),
          repo: z.string().regex(repositoryPattern, 'expected owner/name'),
        }),
      )
      .max(1000)
      .nullish(),
  })
  .refine(({ planHash, runId }) => (planHash == null) !== (runId == null), {
    error: 'expected either planHash or runId',
  });
export type PlanSource = z.output<typeof planSource>;

/**
 * Writes sources as the statement that begins an attempt reads them: by the plan's hash, or `run` and the run's id, the
 * origin in its one form and the repository of each step that names one.
 */
export function sourcesJson(sources: readonly PlanSource[]): string {
  const entries = sources.map(({ planHash, runId, origin, repos }) => {
    const repository = origin == null ? undefined : repositoryOf(origin);
    const said = {
      ...(origin == null ? {} : { origin: repository === undefined ? '' : nameOf(repository) }),
      repos: Object.fromEntries((repos ?? []).map(({ task, repo }) => [task, repo])),
    };
    return [planHash ?? `run ${runId}`, said] as const;
  });
  return JSON.stringify(Object.fromEntries(entries));
}
