import { beforeEach, expect, it } from 'vitest';
import { leaveRun } from '../../../domain/engine/abandoned.ts';
import { cancelRun } from '../../../domain/engine/cancelRun.ts';
import { startRun, startRunInput } from '../../../domain/engine/startRun.ts';
import { boundsFor, type Viewer } from '../../../domain/input/viewer.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';

describeOnBoth('A key of a person that only works', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());
  const ann = viewerNamed('ann@example.org');
  const key: Viewer = {
    ...ann,
    scopes: new Set(['work']),
    boundsBy: new Map([['work', { projects: ['acme/shop'] }]]),
  };
  const start = (by: Viewer, project: string) => {
    const content = { name: 'nightly', steps: [{ task: 'build' }] };
    return startRun(
      store,
      by,
      startRunInput.parse({ definition: content, home: { project, isGuessed: false } }),
    );
  };

  it('steers and starts runs of its person only within the bounds of its work', async () => {
    const { runId } = await start(ann, 'acme/site');
    const refusal = 'It is limited to plans of the projects acme/shop.';
    await expect(cancelRun(store, key, runId)).rejects.toThrow(refusal);
    await expect(leaveRun(store, runId, boundsFor(key, 'operate'))).rejects.toThrow(refusal);
    await expect(start(key, 'acme/tools')).rejects.toThrow(refusal);
    const own = await start(key, 'acme/shop');
    expect(await cancelRun(store, key, own.runId)).toBe(1);
  });

  it('is bounded by another scope where it has that', () => {
    const operates: Viewer = { ...key, scopes: new Set(['work', 'operate']) };
    expect(boundsFor(operates, 'operate')).toBeUndefined();
    expect(boundsFor(operates, 'report')).toEqual({ projects: ['acme/shop'] });
    expect(boundsFor({ ...operates, scopes: new Set(['admin']) }, 'report')).toBeUndefined();
  });
});
