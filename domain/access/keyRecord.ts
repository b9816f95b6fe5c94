import { prefixLength } from '../../contract/keyText.ts';
import type { DecisionVia, RecordedAction } from '../../contract/words/decisions.ts';
import type { Queryable } from '../../database/database.ts';
import { recordDecision, recordedBy } from '../audit/audit.ts';
import { InvalidInputError } from '../input/errors.ts';
import type { Viewer } from '../input/viewer.ts';
import { type ApiKey, subjectOfKey } from './key.ts';

/** Writes down what became of a key, and by whom. */
export async function recordKey(
  tx: Queryable,
  {
    action,
    viewer,
    via,
    key,
    note,
  }: { action: RecordedAction; viewer: Viewer; via: DecisionVia; key: ApiKey; note: string },
): Promise<void> {
  await recordDecision(tx, {
    action,
    outcome: 'done',
    subject: subjectOfKey(key),
    via,
    note,
    ...recordedBy(viewer),
  });
}

/** What somebody hears who names a key that is not there. */
export function noKey(field: string, reference: string): InvalidInputError {
  const expected =
    field === 'name'
      ? 'the name of a service with a key that is not revoked'
      : `the name of a service with a key, or a key's first ${prefixLength} characters`;
  const message = `expected ${expected}, got ${JSON.stringify(reference)}`;
  return new InvalidInputError([{ path: [field], message, type: 'no_key' }]);
}
