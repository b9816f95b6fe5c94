import { channelVariables } from '../notifications/channels.ts';
import { secretVariables } from './secretVariables.ts';

/** Variables that nothing but Nightshift reads. */
const ownVariables = [
  'ADMIN_API_KEY',
  'ADMIN_USERS',
  'APPROVER_GROUPS',
  'APPROVAL_FLOOR',
  'TRUSTED_PROXY',
  'OUTBOUND_ALLOW',
  'LEASE_SECONDS',
  'REPORT_HOURS',
  'RETENTION_DAYS',
  'KEY_SLEEP_DAYS',
  'DIGEST_AT',
  'METRICS_KEY',
  'GITHUB_USERS',
  'GITHUB_ACTIONS_RULES',
  'GITHUB_REPOSITORIES',
  'GITHUB_ROLES',
  'GITHUB_APP_ID',
  'GITHUB_APP_KEY',
  'GITHUB_APP_CLIENT_ID',
  'GITHUB_APP_CLIENT_SECRET',
  'OIDC_GROUPS_CLAIM',
  'OIDC_ROLES',
  'OIDC_SERVICES',
  'OIDC_TRUST_EMAIL',
  ...channelVariables.filter(({ isOwn }) => isOwn).map(({ name }) => name),
];

/** Variables that other programs read as well. */
const commonVariables = [
  'HOST',
  'PORT',
  'DATABASE_URL',
  'PUBLIC_URL',
  'CORS_ORIGINS',
  'GRAPHIQL',
  'INTROSPECTION',
  'MAX_CONNECTIONS',
  'MAX_STREAMS',
  'MAX_STREAMS_PER_VIEWER',
  'RATE_LIMIT',
  'LOG_LEVEL',
  'API_BASE',
  'API_KEY',
  'SITE_BASE_URL',
  'SITE_DIR',
  'DIGEST',
  'GITHUB_TOKEN',
  'GITHUB_API_URL',
  'GITHUB_SERVER_URL',
  'GITHUB_WEBHOOK_SECRET',
  'METRICS_URL',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_SCOPES',
  'OIDC_AUDIENCE',
  'NO_COLOR',
  ...channelVariables.filter(({ isOwn }) => !isOwn).map(({ name }) => name),
];

/** Every variable that Nightshift reads under a name that does not begin with its own. */
export const knownVariables: readonly string[] = withFiles([...ownVariables, ...commonVariables]);

/** Says whether nothing but Nightshift reads this variable. */
export function isOwnVariable(name: string): boolean {
  return own.has(name);
}

const own = new Set(withFiles(ownVariables));

function withFiles(names: readonly string[]): string[] {
  const secrets = new Set<string>(secretVariables);
  return names.flatMap((name) => (secrets.has(name) ? [name, `${name}_FILE`] : [name]));
}
