import type { Outbound } from '../../channels/outbound/outbound.ts';
import type { Store } from '../../domain/store.ts';
import { linkMaker } from '../approvals/linkMaker.ts';
import type { ServerConfig } from '../config.ts';
import type { Logger } from '../log.ts';
import type { DeliverySetting } from './startDelivery.ts';

/** What sending takes beside the configuration. */
interface SendingSetting extends Pick<DeliverySetting, 'limits' | 'linkFor' | 'pageBase'> {
  outbound: Outbound;
  log: Logger;
  /** Whether the page is built. */
  hasPage: boolean;
}

/** Begins to send notifications. What does that is loaded only where there is somebody to tell. */
export async function startSending(
  store: Store,
  config: ServerConfig,
  { pageBase, hasPage, ...setting }: SendingSetting,
): Promise<{ stop(): Promise<void> } | undefined> {
  if (store.channels === undefined || store.channels.length === 0) return undefined;
  const { startDelivery } = await import('./startDelivery.ts');
  return startDelivery(store, {
    linkFor: pageBase === undefined ? undefined : linkMaker(store, pageBase),
    ...setting,
    config: config.delivery,
    pageBase: hasPage ? pageBase : lastingPages(pageBase, config),
  });
}

/** Where notifications lead while the page is not built: to GraphiQL; nowhere for readers who get none. */
function lastingPages(base: string | undefined, { graphiql, publicUrl }: ServerConfig): string | undefined {
  return graphiql === 'on' || (graphiql === 'loopback' && publicUrl === undefined) ? base : undefined;
}
