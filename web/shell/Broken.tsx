import type { ReactNode } from 'react';
import { Empty } from '../parts/states/Empty.tsx';
import { shellTexts } from '../texts/shell.ts';

/** What stands in the place of a view that threw. */
export function Broken(): ReactNode {
  return (
    <Empty {...shellTexts.broken}>
      <button type="button" className="primary" onClick={() => window.location.reload()}>
        {shellTexts.notices.reload}
      </button>
    </Empty>
  );
}
