import { graphqlName } from '../../contract/words/words.ts';
import type { AttemptReport } from './attemptReport.ts';
import type { Lease } from './events.ts';
import type { ProcessStamp } from './processStamp.ts';

/** The report of an attempt that the server has not acknowledged, and whose it is. */
export interface KeptReport {
  /** The form in which it stands on disk. */
  version: typeof newestForm;
  lease: Lease;
  report: AttemptReport;
  owner: ProcessStamp;
}

/** The form in which reports are written. Whoever changes `KeptReport` takes the next number and reads the last form too. */
export const newestForm = 2;

/** How each form in which a report may stand on disk is read. A form stays here for as long as a worker may have left one. */
const forms = new Map<unknown, (value: Record<string, unknown>) => KeptReport | undefined>([
  [1, readFirstForm],
  [2, readParts],
]);

/** Reads a file of the journal in the form in which it was written; `newer` is of a version to come, and no report is undefined. */
export function readReport(text: string): KeptReport | 'newer' | undefined {
  const value = parse(text);
  if (value === undefined) return undefined;
  const { version } = value;
  if (typeof version === 'number' && version > newestForm) return 'newer';
  return forms.get(version)?.(value);
}

/** The ending of the attempt is `exit` there, where GraphQL has `EXIT` by now. */
function readFirstForm(value: Record<string, unknown>): KeptReport | undefined {
  const kept = readParts(value);
  const ending: unknown = kept?.report.ending;
  if (kept === undefined || typeof ending !== 'string') return kept;
  return { ...kept, report: { ...kept.report, ending: graphqlName(ending) as AttemptReport['ending'] } };
}

/** Without the id of the server where its lease was given before servers had one. */
function readParts({ lease, report, owner }: Record<string, unknown>): KeptReport | undefined {
  if (!isObject(lease) || typeof lease.leaseId !== 'string' || !isObject(report) || !isObject(owner))
    return undefined;
  return { version: newestForm, lease, report, owner } as unknown as KeptReport;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
