import type { Database } from '../prisma/database/database.ts';
import type { TaskChangesHub } from './tasks/changes.ts';

/** What every function of the domain that writes works on: the database, and those who want to hear of changes. */
export interface Store {
  db: Database;
  changes: TaskChangesHub;
}
