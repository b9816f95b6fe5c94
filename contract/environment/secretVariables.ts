/**
 * The variables whose values are secrets: each can come from a file as well, and is masked wherever output goes,
 * whatever a plan says.
 */
export const secretVariables = [
  ...['API_KEY', 'ADMIN_API_KEY', 'DATABASE_URL'],
  ...['GITHUB_TOKEN', 'GITHUB_WEBHOOK_SECRET', 'METRICS_KEY', 'METRICS_URL'],
  ...['SLACK_WEBHOOK', 'EMAIL_WEBHOOK', 'SMTP_URL', 'NOTIFY_WEBHOOK_URL', 'NOTIFY_WEBHOOK_SECRET'],
] as const;
