import type { PersonRowFragment } from '../../generated/graphql.ts';
import { peopleTexts as texts } from '../../texts/people.ts';

/** A person as the list reads it. */
export type Person = PersonRowFragment;

/** What is to be done about somebody. */
export type PersonAct =
  /** Without a person, somebody new. */
  | { act: 'roles'; person?: Person }
  | { act: 'signOut' | 'remove' | 'forget'; person: Person }
  | { act: 'unlink'; account: Person['principals'][number] }
  | { act: 'endDelegation'; person: Person; delegate: string };

/** How a person is called. */
export function nameOf({ label, databaseId }: Pick<Person, 'label' | 'databaseId'>): string {
  return label ?? texts.forgotten(databaseId);
}
