import { type ReactNode, useEffect, useRef } from 'react';
import { connection } from '../data/connection.ts';
import { useShared } from '../data/shared.ts';
import { Empty } from '../parts/states/Empty.tsx';
import { stateTexts } from '../texts/parts.ts';
import { shellTexts } from '../texts/shell.ts';

/**
 * What stands in the place of a view that threw. While the server is away, its code could not be loaded; the page loads
 * again by itself when the server is back.
 */
export function Broken(): ReactNode {
  const isLost = useShared(connection) === 'lost';
  const wasLost = useRef(isLost);
  useEffect(() => {
    if (wasLost.current && !isLost) window.location.reload();
    wasLost.current = isLost;
  }, [isLost]);
  if (isLost) return <Empty title={stateTexts.titles.offline} text={stateTexts.advice.offline} />;
  return (
    <Empty {...shellTexts.broken}>
      <button type="button" className="primary" onClick={() => window.location.reload()}>
        {shellTexts.notices.reload}
      </button>
    </Empty>
  );
}
