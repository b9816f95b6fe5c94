import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { decideTask } from '../../../domain/approvals/decide.ts';
import { attemptReport } from '../../../domain/engine/attemptReport.ts';
import { finishAttempt } from '../../../domain/engine/finishAttempt.ts';
import { leaseTask } from '../../../domain/engine/lease.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import type { Store } from '../../../domain/store.ts';
import { everything } from '../../support/domain.ts';
import { send } from '../serve.ts';

/** Where a part of the work is done. */
interface Worked {
  url: string;
  store: Store;
}

const durationMs = fc.oneof(
  fc.constantFrom(0, 999, 1000, 1001, 5000, 14_400_000, 14_400_001),
  fc.nat(20_000_000),
);

const reported = fc.record({
  kind: fc.constant('report' as const),
  task: fc.constantFrom('seo.validate', 'code.review', 'say "hi"\\now'),
  first: fc.constantFrom('queued', 'running', 'failed', 'awaiting_approval'),
  next: fc.constantFrom(undefined, 'running', 'succeeded', 'failed', 'skipped'),
  durationMs,
  decision: fc.constantFrom(undefined, 'approve' as const, 'reject' as const, 'cancel' as const),
});

const run = fc.record({
  kind: fc.constant('run' as const),
  endings: fc.array(fc.constantFrom('well', 'pull', 'badly', 'skipped', 'late', 'held'), { maxLength: 6 }),
  durationMs,
});

/** Pieces of work of all kinds, the same for the same seed. */
export function pieces(seed: number) {
  return fc.sample(fc.oneof(reported, run), { numRuns: 60, seed });
}

type Piece = ReturnType<typeof pieces>[number];

/** Does one piece of work as reporters, workers and people do it. */
export async function work({ url, store }: Worked, piece: Piece): Promise<void> {
  if (piece.kind === 'report') return report({ url, store }, piece);
  const steps = [
    { task: 'a', retries: 1, backoff: { delayMs: 0, factor: 1, maxMs: 0 } },
    { task: 'b' },
    { task: 'c', needs: ['a', 'b'] },
    { task: 'd', lock: 'one', approval: 'auto' },
  ];
  const definition = { name: 'night', concurrency: 3, steps };
  const runId = randomUUID();
  await startRun(store, everything, startRunInput.parse({ definition, runId, exclusive: true }));
  for (const ending of piece.endings) {
    const asked = { worker: 'w', requestId: randomUUID(), planHashes: [], runIds: [runId], labels: [] };
    const lease = await leaseTask(store, asked);
    if (lease === null) return;
    if (ending !== 'held')
      await finishAttempt(store, lease.leaseId, attemptReport.parse(reportOf(ending, piece.durationMs)));
  }
}

async function report({ url, store }: Worked, piece: Extract<Piece, { kind: 'report' }>): Promise<void> {
  const json = { task: piece.task, run_id: 'reported-1', status: piece.first };
  const made = (await send(url, '/agents/tasks/', { method: 'POST', json })).json<{ id: number }>();
  const change = { status: piece.next, duration_ms: piece.durationMs, finished_at: new Date().toISOString() };
  if (piece.next) await send(url, `/agents/tasks/${made.id}`, { method: 'PATCH', json: change });
  if (piece.decision) await decideTask(store, everything, made.id, piece.decision).catch(() => undefined);
}

function reportOf(ending: string, millis: number): object {
  const ended = { ending: 'exit', durationMs: millis };
  if (ending === 'well') return { ...ended, exitCode: 0 };
  if (ending === 'pull')
    return { ...ended, exitCode: 0, outputsUri: 'https://github.com/o/r/pull/1', outputs: {} };
  if (ending === 'skipped') return { ...ended, exitCode: 77 };
  if (ending === 'late') return { ending: 'timeout', durationMs: millis };
  return { ...ended, exitCode: 1 };
}
