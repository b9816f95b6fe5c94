import { useState } from 'react';
import type { InboxRowFragment } from '../generated/graphql.ts';
import type { Item } from './decide/DecideDialog.tsx';
import { shownOf } from './shown.ts';

/** Which rows are selected, each as it was shown at that moment: what changes afterwards is not decided unseen. */
export interface Selection {
  items: readonly Item[];
  has(row: InboxRowFragment): boolean;
  select(rows: readonly InboxRowFragment[], isSelected: boolean): void;
  clear(): void;
}

/** Keeps a selection of rows; what was decided meanwhile falls out of it. */
export function useSelection(rows: readonly InboxRowFragment[]): Selection {
  const [selected, setSelected] = useState<ReadonlyMap<string, Item['shown']>>(new Map());
  const items = rows.flatMap((row): Item[] => {
    const shown = selected.get(row.id);
    return shown !== undefined && row.state === 'PENDING' ? [{ row, shown }] : [];
  });
  return {
    items,
    has: ({ id, state }) => state === 'PENDING' && selected.has(id),
    select(some, isSelected) {
      const next = new Map(selected);
      for (const row of some) {
        if (isSelected) next.set(row.id, shownOf(row));
        else next.delete(row.id);
      }
      setSelected(next);
    },
    clear: () => setSelected(new Map()),
  };
}
