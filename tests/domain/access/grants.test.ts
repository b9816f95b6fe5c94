import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operationFacts, operations, type ScopedOperation } from '../../../contract/words/operations.ts';
import { roles } from '../../../contract/words/people.ts';
import { accessOf, readGrant, writeGrant } from '../../../domain/access/grants.ts';
import { planRefusal, refuseBounded, reportRefusal } from '../../../domain/bounds/bounds.ts';
import { boundsFor, mayDo, type Viewer } from '../../../domain/input/viewer.ts';
import { viewerNamed } from '../../support/domain.ts';

const projects = ['acme/site', 'acme/shop', 'docs'];
const scoped = operations.filter((one): one is ScopedOperation => operationFacts[one].scope !== 'open');

const grant = fc
  .record({
    role: fc.constantFrom(...roles),
    project: fc.option(fc.constantFrom(...projects), { nil: undefined }),
  })
  .map(({ role, project }) =>
    writeGrant({ role, ...(project === undefined || role === 'admin' ? {} : { project }) }),
  );

function viewerWith(grants: readonly string[]): Viewer {
  return { ...viewerNamed('ann@example.org'), ...accessOf(grants) };
}

/** All that a viewer may do with a scope: in which projects, with tasks from outside, and with the whole server. */
function reachOf(viewer: Viewer, operation: ScopedOperation): string[] {
  const { scope } = operationFacts[operation];
  if (!mayDo(viewer, scope)) return [];
  const bounds = boundsFor(viewer, scope);
  const reached = ['', ...projects].filter(
    (project) => bounds === undefined || planRefusal(bounds, { project, name: 'nightly' }) === undefined,
  );
  if (bounds === undefined || reportRefusal(bounds, 'seo.check') === undefined) reached.push('reports');
  if (!isRefused(() => refuseBounded(bounds, 'x'))) reached.push('server');
  return reached;
}

function isRefused(act: () => void): boolean {
  try {
    act();
    return false;
  } catch {
    return true;
  }
}

describe('Roles', () => {
  it('allow together, for each operation, what each of them allows, and no more', () => {
    fc.assert(
      fc.property(fc.array(grant, { maxLength: 6 }), fc.constantFrom(...scoped), (grants, operation) => {
        const together = reachOf(viewerWith(grants), operation);
        const each = new Set(grants.flatMap((one) => reachOf(viewerWith([one]), operation)));
        expect(together.sort()).toEqual([...each].sort());
      }),
      { numRuns: 2000 },
    );
  });

  it('let somebody operate everywhere who decides in one project', () => {
    const viewer = viewerWith(['operator', 'approver@acme/site']);
    expect(boundsFor(viewer, 'operate')).toBeUndefined();
    expect(boundsFor(viewer, 'approve')).toEqual({ projects: ['acme/site'], areOfRoles: true });
    expect(boundsFor(viewer, 'read')).toBeUndefined();
  });

  it.each(['boss', 'admin@acme/site', 'operator@', 'operator@a b', 'operator@a@b', 'toString', ''])(
    '%j is none',
    (text) => expect(readGrant(text)).toBeUndefined(),
  );
});
