import { getIntrospectionQuery } from 'graphql';
import { beforeEach, describe, expect, it } from 'vitest';
import { costHeader } from '../../../contract/protocol.ts';
import { useDatabase } from '../../support/databases.ts';
import { everything, viewerNamed } from '../../support/domain.ts';
import { serveGraphql } from '../../support/graphql.ts';

const stranger = { ...viewerNamed('anonymous', []), kind: 'anonymous' as const, identified: false };

describe('The schema', () => {
  const database = useDatabase('postgres');
  const graphql = serveGraphql(database);
  beforeEach(() => {
    graphql.viewer = stranger;
  });

  it('is answered with the same text to everybody, whatever type of answer is accepted, each time', async () => {
    const answers = [];
    for (const viewer of [stranger, everything, stranger]) {
      graphql.viewer = viewer;
      for (const accept of ['application/json', 'application/graphql-response+json'])
        for (let round = 0; round < 4; round += 1)
          answers.push(await graphql.send(getIntrospectionQuery(), {}, { accept }));
    }
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.body.data.__schema.types.length).toBeGreaterThan(100);
    expect(new Set(answers.map(({ headers }) => headers.get('content-type'))).size).toBe(2);
  });

  it('is answered for each operation of a document, and with its cost to who asks for that', async () => {
    const query = 'query A { __type(name: "Task") { name } } query B { __type(name: "Run") { name } }';
    const ask = async (operationName: string, headers = {}) => {
      const body = JSON.stringify({ query, operationName });
      return (await graphql.post(body, { 'content-type': 'application/json', ...headers })).body;
    };
    for (let round = 0; round < 3; round += 1) {
      expect((await ask('A')).data.__type.name).toBe('Task');
      expect((await ask('B')).data.__type.name).toBe('Run');
      expect((await ask('A', { [costHeader]: '1' })).extensions.cost).toMatchObject({
        requested: expect.any(Number),
      });
    }
  });

  it('is answered by the values of the moment where there are variables, or more is asked', async () => {
    const byName = 'query ($name: String!) { __type(name: $name) { name } }';
    const beside = '{ viewer { id } __type(name: "Run") { name } }';
    for (const id of ['ann', 'ben']) {
      graphql.viewer = viewerNamed(id, ['read']);
      for (let round = 0; round < 3; round += 1) {
        expect((await graphql.send(beside)).body.data.viewer.id).toBe(id);
        for (const name of ['Task', 'Run'])
          expect((await graphql.send(byName, { name })).body.data.__type.name).toBe(name);
      }
    }
  });
});
