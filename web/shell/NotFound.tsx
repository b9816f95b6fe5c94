import type { ReactNode } from 'react';
import { Empty } from '../parts/states/Empty.tsx';
import { shellTexts } from '../texts/shell.ts';
import { useTitle } from './useTitle.ts';

/** What an address shows that leads nowhere. */
export function NotFound(): ReactNode {
  useTitle(shellTexts.notFound.title);
  return <Empty {...shellTexts.notFound} />;
}
