import type { ChangedKind } from '../generated/graphql.ts';

/** A row that changed, as the server tells it: what it is, its global id, and the version that it has now. */
export interface Change {
  kind: ChangedKind;
  id: string;
  /** Grows with each change of the row. */
  version: number;
}

/**
 * What the tabs of a browser hear. `changed`: these rows are different now. `gap`: something may have been missed, so what
 * is shown is to be read again.
 */
export type LiveEvent = { type: 'changed'; changes: Change[] } | { type: 'gap' };

/** What a source of events works with. */
export interface SourceContext {
  /** Ends it. */
  signal: AbortSignal;
  emit(event: LiveEvent): void;
}

/** Follows the server until its signal ends it, through breaks. One tab of a browser runs it for all. */
export type LiveSource = (context: SourceContext) => Promise<void>;
