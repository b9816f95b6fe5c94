import { describe, expect, it } from 'vitest';
import { isNamed, toPerson } from '../../../domain/approvals/people.ts';
import { onFloor } from '../../../domain/plans/approvalFloor.ts';
import { knownPeopleOf } from '../../../server/access/knownPeople.ts';
import { proxyReader } from '../../../server/access/proxy.ts';
import { readServerConfig } from '../../../server/config.ts';

const config = readServerConfig({
  ADMIN_USERS: 'Kate@example.org',
  TRUSTED_PROXY: '192.0.2.1',
  GITHUB_USERS: 'octoKat=KATE@example.org',
  APPROVER_GROUPS: 'release=KaTE@example.org',
  GITHUB_WEBHOOK_SECRET: 'a-secret-of-more-than-24-letters',
});

/** Whom the proxy names, in the bytes of a header. */
const user = (email: string) =>
  proxyReader(config)({
    headers: { 'x-user-email': Buffer.from(email).toString('latin1') },
    remoteAddress: '192.0.2.1',
  });

describe('A name that looks like that of somebody, or reads like it', () => {
  it.each([
    '\u212aate@example.org',
    'ｋate@example.org',
    'kаte@example.org',
    'kate@example.ｏrg',
    'kåte@example.org',
  ])('is %s, and nobody of that name in any setting', (name) => {
    expect(user(name)).toMatchObject({ listed: false });
    expect(user(name)?.email).toBe(name);
    expect(isNamed(['kate@example.org', 'group:release'], { id: name, groups: [] }, config.githubUsers)).toBe(
      false,
    );
    expect(knownPeopleOf(config).named.has(name)).toBe(false);
  });

  it.each(['KATE@example.org', 'kate@EXAMPLE.org'])('is not %s, who has it', (name) => {
    expect(user(name)).toMatchObject({ listed: true });
    const { alsoApprovers = [] } = onFloor(
      {},
      { approvers: ['Kate@Example.org'], required: 1, denySelf: false },
    ) as {
      alsoApprovers?: string[];
    };
    for (const list of [['kate@example.org'], ['github:OCTOKAT'], alsoApprovers])
      expect(isNamed(list, { id: name }, config.githubUsers)).toBe(true);
    expect(toPerson('github:octo\u212aat', config.githubUsers)).toBe('github:octo\u212aat');
  });
});
