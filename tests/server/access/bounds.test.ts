import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scopes } from '../../../contract/words/viewers.ts';
import { createLink } from '../../../domain/approvals/links.ts';
import type { Bounds, Viewer } from '../../../domain/input/viewer.ts';
import { buildSchema } from '../../../schema/index.ts';
import { makeFormToken } from '../../../server/approvals/formToken.ts';
import { useDatabase } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { mutations, otherMutations, otherRoutes, type Reach, routes } from './boundedOperations.ts';
import { makeWorld, readRows, type World } from './boundedWorld.ts';
import { type ServerAs, serveAs } from './serveAs.ts';

const service: Viewer = {
  id: 'service:ci',
  kind: 'service',
  scopes: new Set(scopes),
  identified: true,
};

/** Bounds of a key, and what it may change of the world: the plan `acme/site:nightly` with the label `linux`, and `seo.check`. */
const keys: [bounds: Bounds, may: readonly Reach[]][] = [
  [{ projects: ['acme/shop', 'acme/site'], plans: ['night*'], labels: ['linux'] }, ['plan', 'lease']],
  [{ projects: ['acme/shop'] }, []],
  [{ plans: ['weekly'] }, []],
  [{ labels: ['gpu'] }, ['plan', 'report']],
  [{ tasks: ['seo.*'] }, ['report']],
  [{ tasks: ['db.*'] }, []],
  [{ plans: ['nightly'], tasks: ['seo.check'] }, ['plan', 'lease', 'report']],
];

const fields = buildSchema().getMutationType()?.getFields() ?? {};

describe('What bounds a key', () => {
  const database = useDatabase('postgres');
  const store = storeOf(database, [{ name: 'slack', recipient: null }]);
  let server: ServerAs;
  beforeAll(async () => {
    server = await serveAs(store, service);
  });
  beforeEach(() => database.truncate());

  const send = (path: string, method: string, body?: object) =>
    fetch(`${server.url}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  it('is asked for by every mutation, and by every changing route that asks who calls', () => {
    expect([...Object.keys(mutations), ...otherMutations].sort()).toEqual(Object.keys(fields).sort());
    const changing = server.routes.filter((route) => !/^(GET|HEAD|OPTIONS) /.test(route));
    expect([...Object.keys(routes), ...otherRoutes].sort()).toEqual(changing.sort());
  });

  /** Sends a request with each key, in a world in which nothing was changed before; the answer is told what was to come. */
  async function withEachKey(
    reach: Reach,
    request: (world: World) => Promise<{ status: number; refusal: string | undefined; told: unknown }>,
  ): Promise<void> {
    let world = await makeWorld(store);
    let before = await readRows(store);
    for (const [bounds, may] of keys) {
      server.viewer = { ...service, bounds };
      const { status, refusal, told } = await request(world);
      const mayDoIt = may.includes(reach);
      expect([bounds, mayDoIt ? status < 300 : status, told]).toEqual([bounds, mayDoIt || 403, told]);
      if (mayDoIt) {
        expect(refusal).toBeUndefined();
        world = await makeWorld(store);
        before = await readRows(store);
      } else {
        expect(refusal).toMatch(/^This key may not .+\. It is limited to .+\.$/);
        expect(await readRows(store)).toBe(before);
      }
    }
  }

  it('does not matter for a link that needs a key beside it, since that of a service counts for nothing there', async () => {
    const { gated } = await makeWorld(store);
    const [approval] = await store.db.query<{ id: number }>({
      text: `UPDATE approvals SET policy = policy || '{"risk": "high"}' WHERE task_id = $1 RETURNING id`,
      values: [gated],
    });
    const token = (await createLink(store.db, approval?.id ?? 0, 'ann@example.org')) ?? '';
    for (const plans of [['weekly'], ['nightly']]) {
      server.viewer = { ...service, bounds: { plans } };
      const form = { form: makeFormToken(token), head: '', link: '', looked: 'yes', action: 'approve' };
      const body = new URLSearchParams(form);
      const answer = await fetch(`${server.url}/a/${token}`, { method: 'POST', body, redirect: 'manual' });
      expect([answer.status, await answer.text()]).toEqual([
        403,
        expect.stringContaining('The key of a service does not count at a link'),
      ]);
    }
  });

  describe.each(Object.entries(mutations))('%s', (name, variants) => {
    const query = `mutation ($input: ${inputTypeOf(name)}) { ${name}(input: $input) { __typename } }`;
    it.each(variants.map(({ reach, input }, index) => [index + 1, reach, input] as const))(
      'keeps to it, in way %i (%s)',
      (_index, reach, input) =>
        withEachKey(reach, async (world) => {
          const answer = await send('/graphql', 'POST', { query, variables: { input: input(world) } });
          const { data, errors } = await answer.json();
          const [error] = errors ?? [];
          if (error) expect(error.extensions.code).toBe('FORBIDDEN');
          else expect(data[name].__typename).not.toMatch(/Error$/);
          return { status: answer.status, refusal: error?.message, told: data ?? errors };
        }),
    );
  });

  describe.each(Object.entries(routes))('%s', (route, variants) => {
    const [method = ''] = route.split(' ');
    it.each(variants.map((call, index) => [index + 1, call.reach, call] as const))(
      'keeps to it, in way %i (%s)',
      (_index, reach, { path, body }) =>
        withEachKey(reach, async (world) => {
          const answer = await send(path(world), method, body?.(world));
          const told = await answer.json();
          return { status: answer.status, refusal: told.detail, told };
        }),
    );
  });
});

function inputTypeOf(mutation: string): string {
  return String(new Map(Object.entries(fields)).get(mutation)?.args[0]?.type);
}
