import type { RecordedAction } from '../../contract/words/decisions.ts';

/** What is about a person, whom the record knows by number there too. */
const aboutPeople: readonly RecordedAction[] = [
  'set_role',
  'link_person',
  'unlink_person',
  'remove_person',
  'forget_person',
  'delegate',
  'end_sessions',
];

/** What is about a key, which stands there as the number of its owner and its name. */
const aboutKeys: readonly RecordedAction[] = ['create_key', 'use_key', 'rotate_key', 'revoke_key'];

/** What it was about, by the names of today; a number is that of a person only where it is about people or keys. */
export const subjectShown = `CASE WHEN decisions.action IN ('${aboutPeople.join("', '")}') THEN viewer_name(decisions.subject)
  WHEN decisions.action IN ('${aboutKeys.join("', '")}') AND decisions.subject LIKE 'person:%/%'
    THEN viewer_name(split_part(decisions.subject, '/', 1)) || substr(decisions.subject, strpos(decisions.subject, '/'))
  ELSE decisions.subject END`;

/** Writes the number of a person in place of the name, where it is about one; it is found by the key of the name. */
export const numberedSubject = (subject: string, key: string, action: string) =>
  `coalesce((SELECT 'person:' || id FROM people WHERE ${action} IN ('${aboutPeople.join("', '")}') AND identity_key = ${key}), ${subject})`;
