import { playWorkers } from '../../domain/engine/support.ts';
import type { PageWorld } from './page.ts';

/** Who may start and steer runs. */
export const operator = { name: 'ann@example.org', scopes: ['read', 'operate'] as const };

/** Plays a night on the server of a view: some succeed, one fails, one waits for approval, one is under way. */
export async function playNight({ server }: Pick<PageWorld, 'server'>, runId: string, name = 'nightly') {
  const workers = playWorkers(server().store);
  const run = await workers.start([], {
    runId,
    definition: {
      name,
      concurrency: 10,
      steps: [
        { task: 'links' },
        { task: 'meta', retries: 1, backoff: { delayMs: 0, factor: 1, maxMs: 0 } },
        { task: 'report', needs: ['links', 'meta'] },
        { task: 'fix', approval: 'always' },
        { task: 'publish', needs: ['fix'] },
      ],
    },
    inputs: { target: 'staging' },
  });
  const endings: Record<string, object> = { meta: { exitCode: 1 } };
  await workers.carryOut(run.planHash, (task) => endings[task] ?? {});
  return run;
}
