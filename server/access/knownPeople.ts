import { identityKey } from '../../contract/people/identityKey.ts';
import type { KnownPeople } from '../../domain/input/people.ts';
import type { ServerConfig } from '../config.ts';

/** What says who can be a person on a server. */
export type PeopleConfig = Pick<
  ServerConfig,
  'adminUsers' | 'trustedProxy' | 'githubUsers' | 'githubToken' | 'githubWebhookSecret' | 'delivery'
> &
  Partial<Pick<ServerConfig, 'approverGroups' | 'openid' | 'githubSignIn' | 'githubAppKey'>>;

/** Says who can be a person here: by the issuer, the proxy, by GitHub, or by the link of a mail. */
export function knownPeopleOf(config: PeopleConfig): KnownPeople {
  const { adminUsers, githubUsers, githubToken, githubWebhookSecret, delivery } = config;
  const signsIn = config.trustedProxy.length > 0 || config.openid !== undefined;
  const signsInGithub = config.githubSignIn !== undefined;
  const asks = githubToken !== undefined || config.githubAppKey !== undefined;
  const hearsGithub = asks || githubWebhookSecret !== undefined || signsInGithub;
  const others = [...(signsIn ? adminUsers : []), ...(hearsGithub ? githubUsers.values() : [])].map(
    identityKey,
  );
  const mailed = (delivery.smtp?.NOTIFY_EMAILS ?? []).map(identityKey);
  return {
    anybody: signsIn && adminUsers.length === 0,
    named: new Set([...others, ...mailed]),
    onlyByLink: new Set(signsIn ? [] : mailed.filter((one) => !others.includes(one))),
    admins: adminUsers,
    byGithub: hearsGithub,
    logins: signsInGithub && adminUsers.length === 0 && config.githubSignIn?.isBesideIssuer !== true,
    otherGroups: signsInGithub || config.openid !== undefined,
    groups: config.approverGroups ?? new Map(),
    mapped: new Set(githubUsers.values()),
    users: githubUsers,
  };
}
