import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deviceLogin } from '../../../orchestrator/cli/login/deviceLogin.ts';
import { listen } from '../../../server/http/listen.ts';

const begun = {
  device_code: 'd',
  user_code: 'ABCD-EFGH',
  verification_uri: 'https://login.example.org/device',
  interval: 1,
  expires_in: 60,
};
const session = { token: 'nss_1', viewer: 'ann@example.org', expires_at: '2030-01-01T00:00:00.000Z' };

/** A server that answers as it likes: first how a sign-in begins, then each time that it is asked for. */
async function serve(begin: object, answers: [status: number, body: object][]) {
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const isBegin = request.url === '/sign-in/cli/device';
    if (!isBegin) asked.push(performance.now());
    const [status, body] = isBegin ? [200, begin] : (answers.shift() ?? [200, session]);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => void server.close());
  const printed: string[] = [];
  const done = deviceLogin(url, (text) => void printed.push(text));
  return { asked, printed, done };
}

describe('nightshift login at a server that answers as none should', () => {
  it.each([
    { user_code: 'ABCD\nOpen https://evil.example' },
    { user_code: '\u001b[2J' },
    { verification_uri: 'javascript:alert(1)' },
    { verification_uri: 'file:///etc/passwd' },
    { verification_uri_complete: 'x' },
  ])('prints nothing of %j', async (more) => {
    const { printed, done } = await serve({ ...begun, ...more }, []);
    await expect(done).rejects.toThrow('did not answer as a server of Nightshift does');
    expect(printed).toEqual([]);
  });

  it.each([{ expires_at: 'zzz' }, { viewer: 'ann\nbob' }, { viewer: '\u001b[2J' }, { token: 'a\r\nb' }])(
    'takes no session with %j',
    async (more) => {
      const { done } = await serve(begun, [[200, { ...session, ...more }]]);
      await expect(done).rejects.toThrow('did not answer as a server of Nightshift does');
    },
  );

  it('asks at most once a second, and goes on while the issuer is away', async () => {
    const { asked, done } = await serve({ ...begun, interval: 0 }, [
      [503, { detail: 'The issuer is away.' }],
      [202, { state: 'authorization_pending' }],
    ]);
    expect(await done).toMatchObject({ viewer: 'ann@example.org' });
    const pauses = asked.slice(1).map((at, index) => at - (asked[index] ?? 0));
    expect(pauses.filter((ms) => ms < 900)).toEqual([]);
    expect(asked).toHaveLength(3);
  });
});
