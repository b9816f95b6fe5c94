import { expect, it, onTestFinished } from 'vitest';
import { receiveCode } from '../../../../orchestrator/cli/login/receiveCode.ts';
import { send } from '../../../server/serve.ts';

it('A command line that waits for its code hears what others ask, and goes on waiting', async () => {
  const receiver = await receiveCode('the-state-of-this-one');
  onTestFinished(() => receiver.close());
  const ask = (path: string, method = 'GET') =>
    send(`http://127.0.0.1:${receiver.port}`, path, { method, key: null });
  const right = '/?state=the-state-of-this-one&code=right';
  for (const path of ['//', '/\\', '/%', '/?', '/?code=theirs&state=other', `/x${right}`])
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
  expect((await ask(right, 'POST')).status).toBe(404);
  expect((await ask(right)).status).toBe(200);
  expect(await receiver.code).toBe('right');
});
