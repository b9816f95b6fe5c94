import { beforeEach, expect, it } from 'vitest';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { readTask } from '../../../domain/tasks/read.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { everything, storeOf, viewerNamed } from '../../support/domain.ts';

describeOnBoth('A run with a gate, where ADMIN_USERS lists people,', (database) => {
  const store = storeOf(database, [], { admins: ['ann@example.org'] });
  beforeEach(() => database.truncate());
  const service: Viewer = {
    id: 'service:agent',
    kind: 'service',
    identified: true,
    scopes: new Set(['operate']),
  };
  const start = (by: Viewer, gate?: object) => {
    const steps = [{ task: 'deploy', ...(gate && { gate }), inputs: { at: performance.now() } }];
    const home = { project: 'acme/site', isGuessed: false };
    return startRun(store, by, startRunInput.parse({ definition: { name: 'nightly', steps }, home }));
  };

  it('is not cancelled by a service, nor by a person who is not listed', async () => {
    const { runId, tasks } = await start(everything, { approvers: ['ann@example.org'] });
    for (const viewer of [service, viewerNamed('bob@example.org')])
      await expect(cancelRun(store, viewer, runId)).rejects.toThrow(
        `only people in ADMIN_USERS may end, and ${viewer.id} is not listed there.`,
      );
    expect(await readTask(store.db, tasks[0]?.id ?? 0)).toMatchObject({ status: 'awaiting_approval' });
    expect(await cancelRun(store, viewerNamed('ann@example.org'), runId)).toBe(1);
  });

  it('is cancelled by whoever started it, and by the keys of the server', async () => {
    const own = await start(service, {});
    expect(await cancelRun(store, service, own.runId)).toBe(1);
    const other = await start(service, {});
    expect(await cancelRun(store, everything, other.runId)).toBe(1);
  });

  it('is cancelled by a service while no gate is open', async () => {
    const { runId } = await start(everything);
    expect(await cancelRun(store, service, runId)).toBe(1);
  });
});
