import { channelVariables } from '../notifications/channels.ts';

/**
 * The variables whose values are secrets: each can come from a file as well, and is masked wherever output goes,
 * whatever a plan says.
 */
export const secretVariables = [
  'API_KEY',
  'ADMIN_API_KEY',
  'DATABASE_URL',
  'GITHUB_APP_CLIENT_SECRET',
  'GITHUB_APP_KEY',
  'GITHUB_TOKEN',
  'GITHUB_WEBHOOK_SECRET',
  'METRICS_KEY',
  'METRICS_URL',
  'OIDC_CLIENT_SECRET',
  ...channelVariables.filter(({ isSecret }) => isSecret).map(({ name }) => name),
] as const;
