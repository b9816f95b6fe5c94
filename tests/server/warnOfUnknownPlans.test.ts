import { expect, it } from 'vitest';
import { planDefinition } from '../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../domain/plans/plans.ts';
import { readServerConfig } from '../../server/config.ts';
import { createLog } from '../../server/log.ts';
import { warnOfUnknownPlans } from '../../server/warnOfUnknownPlans.ts';
import { describeOnEither } from '../support/databases.ts';
import { everything } from '../support/domain.ts';

describeOnEither('A rule that names what is not registered', (database) => {
  const warned = async (variables: Record<string, string>) => {
    const lines: string[] = [];
    const log = createLog('warn', { write: (line) => lines.push(line) });
    const config = readServerConfig({ PUBLIC_URL: 'https://nightshift.example.org', ...variables });
    await warnOfUnknownPlans(database.db(), config, log);
    return lines.map((line) => JSON.parse(line) as { setting: string; rule: string; name: string });
  };
  const floor = {
    APPROVAL_FLOOR: '*: denySelf; acme/site: required 2; acme/sit:nightly: denySelf; tidy: denySelf',
  };
  const rules = {
    GITHUB_ACTIONS_RULES:
      'repository_id=1 scopes=work name=ci plans=nightly,night*,nigthly projects=acme/site; repository_id=2 scopes=work projects=acme/other',
  };

  it('is no matter while nothing is', async () => {
    expect(await warned({ ...floor, ...rules })).toEqual([]);
  });

  it('is in the log of the start, with the setting and the name', async () => {
    const { db } = database;
    const nightly = planDefinition.parse({ name: 'nightly', steps: [{ task: 'a' }] });
    await registerPlan(db(), everything, nightly, 'graphql', { project: 'acme/site', isGuessed: false });
    const tidy = planDefinition.parse({ name: 'tidy', steps: [{ task: 'a' }] });
    await registerPlan(db(), everything, tidy);
    expect(await warned({})).toEqual([]);
    expect(await warned({ ...floor, ...rules })).toMatchObject([
      { setting: 'APPROVAL_FLOOR', name: 'acme/sit:nightly' },
      { setting: 'GITHUB_ACTIONS_RULES', rule: 'ci', name: 'nigthly' },
      { setting: 'GITHUB_ACTIONS_RULES', rule: 'actions-2', name: 'acme/other' },
    ]);
  });
});
