import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doorsOf, operationFacts, operations } from '../../../contract/words/operations.ts';
import type { Scope } from '../../../contract/words/viewers.ts';
import { accessOf } from '../../../domain/access/grants.ts';
import type { Viewer } from '../../../domain/input/viewer.ts';
import { buildSchema } from '../../../schema/index.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { mutations, type Reach } from './boundedOperations.ts';
import { makeWorld, readRows } from './boundedWorld.ts';
import { type ServerAs, serveAs } from './serveAs.ts';

/** The world is a plan of `acme/site`, and tasks from outside. */
const people: readonly (readonly string[])[] = [
  ['operator', 'approver@acme/site'],
  ['operator@acme/shop', 'approver@acme/site'],
  ['operator@acme/site', 'approver@acme/shop', 'approver@docs'],
  ['viewer@acme/site', 'approver'],
];

const fields = new Map(Object.entries(buildSchema().getMutationType()?.getFields() ?? {}));

/** How far a person with these roles reaches with a scope, as each role alone says. */
function reachesWith(grants: readonly string[], scope: Scope): readonly Reach[] {
  const reaches = grants.flatMap((grant): Reach[] => {
    const [, project] = grant.split('@');
    if (!accessOf([grant]).scopes.has(scope)) return [];
    if (project === undefined) return ['plan', 'lease', 'report', 'server'];
    return project === 'acme/site' ? ['plan', 'lease'] : [];
  });
  return reaches;
}

describe('What roles allow', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database, [{ name: 'slack', recipient: null }]);
  const nobody: Viewer = { id: 'ann@example.org', kind: 'person', scopes: new Set(), identified: true };
  let server: ServerAs;
  beforeAll(async () => {
    server = await serveAs(store, nobody);
  });
  beforeEach(() => database.truncate());

  async function send(query: string, variables: object) {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...(await response.json()) };
  }

  const cases = operations.flatMap((operation) => {
    const { field } = doorsOf(operation);
    const [, name] = /^Mutation\.(.+)$/.exec(field ?? '') ?? [];
    const { scope } = operationFacts[operation];
    // How far a delegate reaches is judged with each decision.
    const isOther = scope === 'open' || scope === 'admin' || /delegat/i.test(operation);
    if (name === undefined || isOther) return [];
    return [[name, scope] as const];
  });

  it.each(cases)('%s is bounded as the scope %s is', async (name, scope) => {
    const type = String(fields.get(name)?.args[0]?.type);
    const query = `mutation ($input: ${type}) { ${name}(input: $input) { __typename } }`;
    const tries = (mutations[name] ?? []).flatMap((one) => people.map((grants) => ({ ...one, grants })));
    for (const { reach, input, grants } of tries) {
      // A frozen server gives no leases.
      await store.db.query({ text: 'DELETE FROM freezes' });
      const world = await makeWorld(store);
      const { scopes, boundsBy } = accessOf(grants);
      server.viewer = { ...nobody, scopes, boundsBy };
      const before = await readRows(store);
      const variables = { input: input(world) };
      // What decides goes by the role for that, beside the scope to report.
      const decides = 'approvalState' in variables.input;
      const isHeld = scopes.has(scope);
      const reaches = reachesWith(grants, decides ? 'approve' : scope).includes(reach);
      const { status, data, errors } = await send(query, variables);
      const told = [grants, variables, data ?? errors];
      expect([status === 403, ...told]).toEqual([!(reaches && isHeld), ...told]);
      if (reaches || !isHeld) continue;
      expect(errors[0].message).toMatch(/^You may not .+\. Your role for this is limited to .+\.$/);
      expect([decides, await readRows(store)]).toEqual([decides, decides ? expect.any(String) : before]);
    }
  });
});
