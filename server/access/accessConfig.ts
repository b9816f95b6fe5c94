import type { ServerConfig } from '../config.ts';
import type { KeyHolder } from './keyHolder.ts';
import type { KnownKeys } from './knownKeys.ts';
import type { KnownProxyUsers } from './knownProxyUsers.ts';
import type { KnownSessions } from './knownSessions.ts';

/** What is known of keys and tokens, for requests. */
export type KnownCredentials = Pick<KnownKeys, 'recognise' | 'isClosed'> &
  Partial<Pick<KnownKeys, 'closing'>> & {
    find(key: string, address?: string): KeyHolder | undefined;
  };

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
    knownKeys?: KnownCredentials | undefined;
    /** Whom the users of the proxy are. @default by their addresses */
    proxyUsers?: Pick<KnownProxyUsers, 'recognise' | 'find'> | undefined;
    /** Who is signed in. @default nobody */
    sessions?: Pick<KnownSessions, 'recognise' | 'find'> | undefined;
  };
