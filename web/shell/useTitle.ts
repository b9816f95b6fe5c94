import { useEffect } from 'react';
import { shared, useShared } from '../data/shared.ts';
import { useAsk } from '../data/useAsk.ts';
import { WaitingCountDocument } from '../generated/graphql.ts';
import { useNews } from '../live/useLive.ts';
import { shellTexts } from '../texts/shell.ts';

const viewName = shared<string>(shellTexts.product);

/** Names the view that is shown, for the title of the window. */
export function useTitle(name: string): void {
  useEffect(() => viewName.set(name), [name]);
}

/** Keeps the title and the icon of the window: the view, and how many tasks wait for approval. */
export function useWindowTitle(): number {
  const { data, refetch } = useAsk(WaitingCountDocument, {});
  const name = useShared(viewName);
  const waiting = data?.tasks.totalCount ?? 0;
  useNews(() => refetch(), ['TASK']);
  useEffect(() => {
    document.title = shellTexts.title(name, waiting);
  }, [name, waiting]);
  useEffect(() => showIcon(waiting), [waiting]);
  return waiting;
}

function showIcon(waiting: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link === null) return;
  link.dataset.plain ??= link.href;
  link.href =
    waiting === 0 ? link.dataset.plain : `data:image/svg+xml,${encodeURIComponent(iconWith(waiting))}`;
}

function iconWith(waiting: number): string {
  const text = waiting > 99 ? '99+' : String(waiting);
  const size = [20, 18, 13][text.length - 1];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#8a4b00"/><text x="16" y="16" dy=".36em" text-anchor="middle" font-family="system-ui,sans-serif" font-weight="700" font-size="${size}" fill="#fff">${text}</text></svg>`;
}
