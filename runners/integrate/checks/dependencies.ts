import { plural } from '../../../contract/text/plural.ts';
import { joinParts, type ReportParts } from '../../report/report.ts';
import type { Project } from '../project.ts';
import { findMissing } from './missing.ts';
import { findUnused } from './unused.ts';
import { readUsage } from './usage.ts';

/** Checks that packages which source files import are declared, and that declared packages are used somewhere. */
export async function checkDependencies(project: Project): Promise<ReportParts> {
  const usage = await readUsage(project);
  const sources = usage.imports.size;
  const unread = usage.unread.map((file) => ({ what: `imports of ${file}`, why: 'it cannot be parsed' }));
  return joinParts([
    { checked: sources === 0 ? [] : [{ what: 'source files for their imports', count: sources }] },
    {
      notChecked:
        unread.length > 5
          ? [{ what: `imports of ${plural(unread.length, 'file')}`, why: 'they cannot be parsed' }]
          : unread,
    },
    findMissing(project, usage),
    await findUnused(project, usage),
  ]);
}
