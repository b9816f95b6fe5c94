import { describe, expect, it } from 'vitest';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';

const cmd = ['true'];
const refused = (value: unknown): string[] => {
  try {
    readPlan(value, 'x.plan.ts', 'x');
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  throw new Error('the plan was taken');
};

describe('A wrong plan is refused with the place and what to write instead', () => {
  const unheld = JSON.parse('{ "__proto__": "x" }');
  const step = (more: object) => ({
    steps: [
      { task: 'a', cmd },
      { task: 'b', cmd, ...more },
    ],
  });

  it.each([
    [
      'a circle',
      {
        steps: [
          { task: 'a', cmd, needs: ['b'] },
          { task: 'b', cmd, needs: ['a'] },
        ],
      },
      'steps need each other in a cycle: a -> b -> a. Remove one of these needs.',
    ],
    [
      'an unknown need',
      {
        steps: [
          { task: 'build.app', cmd },
          { task: 'test', cmd, needs: ['build.ap'] },
        ],
      },
      'step 2 (test), needs: there is no step "build.ap". Did you mean "build.app"?',
    ],
    [
      'a name twice',
      {
        steps: [
          { task: 'a', cmd },
          { task: 'a', cmd },
        ],
      },
      'task "a" is used 2 times (steps 1, 2): give each step its own name.',
    ],
    [
      'root as the user of a command',
      step({ runAs: 'root' }),
      'step 2 (b), runAs: expected a user other than root, who may read everything, got "root".',
    ],
    [
      'the number of root as the user of a command',
      step({ runAs: { user: '0' } }),
      'step 2 (b), runAs: expected a user other than root, who may read everything, got {"user":"0"}.',
    ],
    [
      'a name in env that no map can hold',
      step({ env: unheld }),
      'step 2 (b), env.__proto__: expected a name other than "__proto__", got "x".',
    ],
    [
      'a name in inputs that no map can hold',
      step({ inputs: unheld }),
      'step 2 (b), inputs.__proto__: expected a name other than "__proto__", got "x".',
    ],
    [
      'a name in when.env that no map can hold',
      step({ when: { env: unheld } }),
      'step 2 (b), when.env.__proto__: expected a name other than "__proto__", got "x".',
    ],
    [
      'a name in when.outputs that no map can hold',
      step({ when: { outputs: unheld } }),
      'step 2 (b), when.outputs.__proto__: expected a name other than "__proto__", got "x".',
    ],
    [
      'a date that never comes',
      { schedule: '0 0 31 2 *', steps: [{ task: 'a', cmd }] },
      'schedule: expected a cron expression such as "30 2 * * *" (dayOfMonth: 31 2 is an impossible day of month for the given month), got "0 0 31 2 *".',
    ],
    [
      'an unknown key of when',
      step({ when: { platfrom: 'linux' } }),
      'step 2 (b), when: unknown key "platfrom"; did you mean "platform"?',
    ],
    [
      'an unknown key of backoff',
      step({ backoff: { delays: '1s' } }),
      'step 2 (b), backoff: unknown key "delays"; did you mean "delay"?',
    ],
    [
      'an unknown key of an approval',
      step({ approval: { approver: ['ann'] } }),
      'step 2 (b), approval: unknown key "approver"; did you mean "approvers"?',
    ],
    [
      'an approval with a wrong mode',
      step({ approval: { mode: 'sometimes' } }),
      'step 2 (b), approval.mode: expected "auto", "always" or "never", got "sometimes".',
    ],
    [
      'a reminder at no part of the time',
      step({ approval: { remind: ['50%', '100%'] } }),
      'step 2 (b), approval.remind.1: expected a part of the time such as "50%", got "100%".',
    ],
    [
      'an approval by more people than may give it',
      step({ approval: { approvers: ['ann'], required: 2 } }),
      'step 2 (b), approval.required: 2 people must approve, but only 1 can. Name more approvers, or require fewer.',
    ],
    [
      'an escalation to nobody',
      step({ approval: { onExpire: 'escalate' } }),
      'step 2 (b), approval.escalateTo: onExpire "escalate" needs someone to escalate to. Name viewers or groups, such as ["group:leads"].',
    ],
    [
      'Windows by its common name',
      step({ when: { platform: 'windows' } }),
      'step 2 (b), when.platform: expected "win32", as Node.js names it, got "windows".',
    ],
    [
      'macOS by its common name in a list',
      step({ when: { platform: ['linux', 'macOS'] } }),
      'step 2 (b), when.platform: expected "darwin", as Node.js names it, got "macOS".',
    ],
    [
      'a misspelt platform',
      step({ when: { platform: 'linus' } }),
      'step 2 (b), when.platform: expected "linux", as Node.js names it, got "linus".',
    ],
    [
      'an output of a step that it does not need',
      step({ when: { outputs: { 'a.version': '1' } } }),
      'step 2 (b), when.outputs: "a.version" is not an output of a step that this one needs; it needs none. Add that step to needs, and write step.key.',
    ],
    [
      'an output without its step',
      step({ needs: ['a'], when: { outputs: { version: '1' } } }),
      'step 2 (b), when.outputs: expected step.key, got "version".',
    ],
    [
      'the name of no variable',
      step({ env: { 'MY-VAR': 'x' } }),
      'step 2 (b), env: expected the name of an environment variable, got "MY-VAR".',
    ],
    [
      'a number in a condition',
      step({ when: { env: { CI: 1 } } }),
      'step 2 (b), when.env.CI: expected a string, true or false, got 1.',
    ],
    [
      'the value of a secret',
      step({ secrets: ['TOKEN'], when: { env: { TOKEN: 'abc', GITHUB_TOKEN: true } } }),
      'step 2 (b), when.env: TOKEN is a secret, and its value must not be in a plan. Write true (set) or false (not set).',
    ],
    [
      'an idle timeout that would never come',
      step({ timeout: '5m', idleTimeout: '10m' }),
      'step 2 (b), idleTimeout: "10m" would never take effect, since the timeout of "5m" ends the command first; make it shorter, or the timeout longer.',
    ],
    [
      'an unknown cause of retries',
      step({ retryOn: ['crash'] }),
      'step 2 (b), retryOn.0: expected "exit", "timeout" or "lost", got "crash".',
    ],
    [
      'an unknown way to catch up',
      { catchUp: 'every', steps: [{ task: 'a', cmd }] },
      'catchUp: expected "skip", "latest" or "all", got "every".',
    ],
  ])('%s', (_what, plan, line) => {
    const lines = refused(plan);
    expect(lines).toEqual([`  - ${line}`]);
    // Nobody's secret stands in what is printed.
    expect(lines.join()).not.toContain('abc');
  });
});
