import type { ServerConfig } from '../config.ts';
import type { KnownKeys } from './knownKeys.ts';

/** What access depends on. */
export type AccessConfig = Pick<
  ServerConfig,
  'host' | 'adminApiKey' | 'adminUsers' | 'trustedProxy' | 'corsOrigins' | 'publicUrl'
> &
  Partial<Pick<ServerConfig, 'approverGroups' | 'rateLimit'>> & {
    /** The machine's key, which counts from this computer alone. */
    machineKey?: string | undefined;
    /** The key that the server's own process holds in memory, for its worker and schedule; it counts from any address. */
    ownKey?: string | undefined;
    /** The keys of services. @default there are none */
    knownKeys?:
      | (Pick<KnownKeys, 'recognise' | 'find' | 'isClosed'> & Partial<Pick<KnownKeys, 'closing'>>)
      | undefined;
  };
