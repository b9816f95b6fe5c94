import type { Store } from '../../domain/store.ts';
import { TaskChangesHub } from '../../domain/tasks/changes.ts';
import { type Scope, scopes, type Viewer } from '../../domain/viewer.ts';
import type { TestDatabase } from './databases.ts';

/** A viewer without an identity of its own who may do everything, as on a loopback server without keys. */
export const everything: Viewer = { id: 'local', scopes: new Set<Scope>(scopes), identified: false };

/** A viewer who is somebody. */
export function viewerNamed(id: string, may: readonly Scope[] = scopes): Viewer {
  return { id, scopes: new Set(may), identified: true };
}

/** A store over a test database, usable wherever the database is. */
export function storeOf(database: TestDatabase): Store {
  const changes = new TaskChangesHub();
  return {
    changes,
    get db() {
      return database.db();
    },
  };
}
