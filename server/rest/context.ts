import type { Store } from '../../domain/store.ts';
import type { Access } from '../access/access.ts';
import type { ExportLine } from './exportLine.ts';

/** What the routes of REST work on. */
export interface RestContext {
  store: Store;
  access: Access;
  /** Lets exports be sent a few at a time. */
  exports: ExportLine;
}
