import * as z from 'zod';

const sha = z.string().regex(/^[0-9a-f]{7,64}$/i);
const repository = z.object({ html_url: z.url({ protocol: /^https?$/ }) });

/** GitHub's events of checks, as far as they say which commit they are of. */
export const checkEvents = {
  check_run: z
    .object({ repository, check_run: z.object({ head_sha: sha }) })
    .transform(({ check_run, ...event }) => ({ ...event, head: check_run.head_sha })),
  check_suite: z
    .object({ repository, check_suite: z.object({ head_sha: sha }) })
    .transform(({ check_suite, ...event }) => ({ ...event, head: check_suite.head_sha })),
  status: z.object({ repository, sha }).transform(({ sha: head, ...event }) => ({ ...event, head })),
};

export type CheckEventKind = keyof typeof checkEvents;

/** Says whether an event is one of checks. */
export function isCheckEvent(kind: string | undefined): kind is CheckEventKind {
  return kind !== undefined && Object.hasOwn(checkEvents, kind);
}
