import type { DatabaseOptions } from '../database/database.ts';
import type { Store } from '../domain/store.ts';
import type { ConnectionLimits } from './http/connections.ts';
import type { Logger } from './log.ts';
import type { DeliverySetting } from './notifications/startDelivery.ts';
import type { FindPage } from './pages/builtPage.ts';

/** A server that answers. */
export interface RunningServer {
  /** Where it answers, without a slash at the end, e.g. `http://127.0.0.1:8001`. */
  url: string;
  /** A key of this server for the process that started it, from any address; it is in memory only and ends with it. */
  key: string;
  /** Whether it has the page. */
  hasPage: boolean;
  /** Whether a browser of this computer gets GraphiQL. */
  hasGraphiql: boolean;
  /** Where people sign in with accounts of their own; undefined where they have none here. */
  signInPage: string | undefined;
  /**
   * Makes an address that signs one browser in once, as whoever holds the machine's key; undefined where other computers
   * reach this server, or nothing may be written.
   */
  makeSignInLink(): Promise<string | undefined>;
  store: Store;
  log: Logger;
  /** Aborted with the reason once the server has stopped by itself, since a newer one has migrated the database. */
  outdated: AbortSignal;
  /** Stops taking requests, ends subscriptions, waits for the rest, closes the database. Again is the same. */
  close(): Promise<void>;
}

/** What may be set apart from the configuration. */
export interface ServerOverrides {
  log?: Logger;
  database?: DatabaseOptions;
  /** The machine's key, for programs that start a server and hand it to their clients. @default the one in its file */
  machineKey?: string;
  /** How notifications are sent, apart from where. */
  delivery?: Pick<DeliverySetting, 'linkFor' | 'limits'>;
  /** How long `close` waits for requests that are being answered, in milliseconds. @default 10000 */
  drainMillis?: number;
  /**
   * Whether it only reads: nothing is made or changed, neither in the database nor in the data directory, and no task,
   * notification or pull request is looked after. @default false
   */
  readOnly?: boolean;
  /** Whether it ends with the command that started it, so that no link to where it listens lasts. @default false */
  isBrief?: boolean;
  /** How connections are bounded, apart from their number. */
  limits?: Partial<ConnectionLimits>;
  /** Finds the built page. @default the one that `npm ci` builds */
  findPage?: FindPage;
  /** How often it looks whether a newer server has migrated the database, in milliseconds. @default 5000 */
  schemaLookMillis?: number;
}
