import { expect, it, onTestFinished, vi } from 'vitest';
import { connect } from '../../../orchestrator/cli/connect.ts';
import type { CliContext } from '../../../orchestrator/cli/context.ts';

it('A command waits for a process that takes its time to start the server of the directory, and says so', async () => {
  // Each look comes twenty seconds after the one before it.
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 20_000;
    return now;
  });
  onTestFinished(() => clock.mockRestore());
  const said: string[] = [];
  let looks = 0;
  const findServer = async () => {
    looks += 1;
    return looks < 4 ? { pid: 7 } : { pid: 7, url: 'http://127.0.0.1:8001' };
  };
  const context = {
    config: () => ({ dataDir: '/data', variables: {} }),
    say: (text: string) => said.push(text),
    joint: {
      findServer,
      start: () => Promise.reject(new Error('A second server was started on the directory.')),
    },
  } as unknown as CliContext;
  expect(await connect(context, 'read')).toMatchObject({ kind: 'running', url: 'http://127.0.0.1:8001' });
  expect(said).toEqual(['Waiting for process 7, which starts a server on /data or reads it …']);
});
