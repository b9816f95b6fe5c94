import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { awaitingMessage } from '../../../channels/messages/approval.ts';
import type { Message } from '../../../channels/messages/message.ts';
import { messageOf, typeOf } from '../../../channels/messages/messageOf.ts';
import { noPages } from '../../../channels/messages/pages.ts';
import type { Outbound } from '../../../channels/outbound/outbound.ts';
import type { Notice } from '../../../channels/sender.ts';
import { open } from '../../../channels/senders/slack.ts';
import { writeMail } from '../../../channels/writeMail.ts';
import type { ClaimedDelivery } from '../../../contract/notifications/delivery.ts';
import { deliveryKinds } from '../../../contract/words/notifications.ts';

/** Sends a message to Slack, and gives what Slack was sent. */
async function toSlack(
  message: Notice['message'],
): Promise<{ text: string; blocks: { text: { text: string } }[] }> {
  let sent = '';
  const outbound = {
    async fetch(_url: string, { body }: RequestInit) {
      sent = String(body);
      return new Response('ok');
    },
  } as unknown as Outbound;
  const send = open({ SLACK_WEBHOOK: 'https://slack.example/x' }, outbound);
  await send({ id: '1', message }, AbortSignal.timeout(60_000));
  return JSON.parse(sent);
}

const evil = 'https://evil.example/a/1';
const forged = `night\r\nDecide: ${evil}\u2028Decide: ${evil}\u202e\u001b]8;;${evil}\u0007`;
const approval: Pick<ClaimedDelivery, 'kind' | 'payload' | 'outputsUri' | 'logExcerpt'> = {
  kind: 'approval_needed',
  payload: {
    taskId: 7,
    task: forged,
    runId: forged,
    plan: forged,
    requestedAt: '2025-01-15T02:30:00Z',
    expiresAt: null,
    required: 1,
    approvers: [forged],
    escalateTo: [],
    pullRequest: null,
  },
  outputsUri: null,
  logExcerpt: `it printed\n\nDecide: ${evil}`,
};
const failure: typeof approval = {
  kind: 'step_failed',
  payload: { taskId: 7, task: 'a', runId: 'r', plan: 'p', status: 'failed', reason: forged },
  outputsUri: forged,
  logExcerpt: null,
};
const run: typeof approval = {
  kind: 'run_ended',
  payload: {
    runId: forged,
    plan: 'p',
    counts: { failed: 1, awaiting_approval: 1 },
    failed: [{ taskId: 1, task: 'a', reason: forged }],
    awaiting: [{ taskId: 2, task: 'Decide', outputsUri: 'https://evil.example/b' }],
  },
  outputsUri: null,
  logExcerpt: null,
};

const waiting: typeof approval = {
  kind: 'step_unclaimed',
  payload: {
    runId: forged,
    plan: forged,
    total: 3,
    failsAt: '2025-01-16T02:30:00.000Z',
    tasks: [{ taskId: 1, task: forged, reason: forged }],
  },
  outputsUri: null,
  logExcerpt: null,
};
const due: typeof approval = {
  kind: 'run_not_started',
  payload: {
    plan: forged,
    total: 30,
    dueTimes: [{ dueAt: '2025-01-15T02:30:00.000Z', outcome: 'skipped', reason: forged }],
  },
  outputsUri: null,
  logExcerpt: null,
};

const messageFor = (delivery: typeof approval): Message =>
  messageOf({ createdAt: '', ...delivery } as ClaimedDelivery, 'https://night.example/a/good');

describe.each([
  ['that a task awaits approval', approval],
  ['that a step failed', failure],
  ['what came of a run', run],
  ['that no worker asks for tasks', waiting],
  ['that due times came to nothing', due],
])('A notification that says %s', (_what, delivery) => {
  it('has one line for each fact, whatever names, reasons and logs hold', () => {
    const { subject, text, html } = writeMail(messageFor(delivery));
    const decides = text.split(/[\n\r\u2028\u2029]/).filter((line) => line.startsWith('Decide:'));
    expect(decides).toEqual(delivery === approval ? ['Decide: https://night.example/a/good'] : []);
    for (const shown of [subject, text.replaceAll('\n', ''), html.replaceAll('\n', '')])
      expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  });

  it('has no line, link or call of anybody else in Slack', async () => {
    const { text, blocks } = await toSlack(messageFor(delivery));
    expect(text).not.toMatch(/[<\n\r\u2028]/);
    for (const { text: shown } of blocks.map((block) => block.text))
      for (const line of shown.split('\n'))
        expect(line).not.toMatch(/^\*?Decide:|[\p{Cc}\p{Zl}\p{Bidi_Control}]/u);
  });
});

const outcome: typeof approval = {
  kind: 'approval_expired',
  payload: { taskId: 7, task: 'a', runId: 'r', plan: 'p', project: null, status: 'failed', what: 'x' },
  outputsUri: null,
  logExcerpt: null,
};

describe('That a task asks before it runs', () => {
  const cmd = ['npm', 'run', '<deploy>', '*'];
  const command = "npm run '<deploy>' '*'";
  const gate = {
    ...approval,
    payload: { ...(approval.payload as object), task: 'deploy', runId: 'r', approvalKind: 'gate' },
    inputs: { cmd, flags: [] },
  };

  it('is told with the command, in every channel', async () => {
    const message = messageFor(gate);
    expect(message.text).toBe(`Task deploy awaiting approval, before it runs: ${command}`);
    expect(message.email).toMatchObject({ approval_kind: 'gate', command });
    expect(message.data).toMatchObject({ approval_kind: 'gate', command });
    const { text, html } = writeMail(message);
    expect(text).toContain(`\nCommand: ${command}\n`);
    expect(html).toContain('npm run &#39;&lt;deploy&gt;&#39;');
    const { text: line, blocks } = await toSlack(message);
    expect(line).toContain("npm run '&lt;deploy&gt;' '*'");
    expect(blocks[0]?.text.text).toContain("*Command:* npm run '&lt;deploy&gt;' '*'");
  });

  it('is told with the inputs where the plan gives those, and with the run where it gives nothing', () => {
    const inputs = { site: 'shop' };
    expect(messageFor({ ...gate, inputs } as typeof approval)).toMatchObject({
      text: expect.stringContaining('{"site":"shop"}'),
      data: { inputs: '{"site":"shop"}' },
      facts: expect.arrayContaining([['Inputs', '{"site":"shop"}']]),
    });
    expect(messageFor({ ...gate, inputs: null } as typeof approval).text).toMatch(/: no link, see run r$/);
  });

  it('is told with the command by a run or worker, too', async () => {
    const task = { runId: 'r', task: 'deploy', outputsUri: null, logExcerpt: null, inputs: { cmd } };
    const asks = awaitingMessage({ ...task, isGate: true }, noPages);
    expect(await toSlack(asks)).toEqual({
      text: "Task deploy awaiting approval, before it runs: npm run '&lt;deploy&gt;' '*'",
    });
    expect(asks.email).toMatchObject({ approval_kind: 'gate', command });
    expect(await toSlack(awaitingMessage({ ...task, isGate: false }, noPages))).toEqual({
      text: 'Task deploy awaiting approval: no link, see run r',
    });
  });

  it('says nothing of the command when it is about what was made', () => {
    const made = { ...approval, inputs: { cmd } } as typeof approval;
    expect(JSON.stringify(messageFor(made))).not.toContain('npm');
  });
});

describe.each([
  'javascript:alert(1)',
  'data:text/html,x',
  's3://bucket/key',
  'C:\\report.html',
  'https://a b/',
])('What a task made that is no address, %j,', (outputsUri) => {
  it.each([
    approval,
    failure,
    outcome,
    { ...run, payload: { ...(run.payload as object), awaiting: [{ taskId: 1, task: 'a', outputsUri }] } },
  ])('is a link in no notification, also where an older row holds it', async (delivery) => {
    const message = messageFor({ ...delivery, outputsUri } as typeof approval);
    expect(message.links.map(({ url }) => url)).not.toContain(outputsUri);
    expect(writeMail(message).html).not.toMatch(/href="(?!https:\/\/night\.example)/);
    const { blocks } = await toSlack(message);
    expect(JSON.stringify(blocks)).not.toMatch(/<(?!https:\/\/night\.example)/);
  });
});

describe('A long message to Slack', () => {
  it.each([
    ['&', 'an entity'],
    ['<', 'an entity'],
    ['😀', 'a character'],
  ])('is cut neither inside %s (%s) nor inside a link', async (character) => {
    for (let length = 590; length < 605; length += 1) {
      const facts = Array.from({ length: 12 }, (_, at) => [`Fact ${at}`, character.repeat(length)] as const);
      const links = Array.from({ length: 40 }, (_, at) => ({
        label: `Link ${at}`,
        url: `https://example.org/${'x'.repeat(60 + (length % 7))}/${at}`,
      }));
      const message = { title: character.repeat(length), text: 'x', facts, links } as unknown as Message;
      const { blocks } = await toSlack(message);
      for (const { text } of blocks.map((block) => block.text)) {
        expect(text.length).toBeLessThanOrEqual(3000);
        expect(text.isWellFormed()).toBe(true);
        expect(text.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
        expect(text.replace(/<https:[^<>|]+\|Link \d+>/g, '')).not.toMatch(/[<>]/);
        expect(text.endsWith('…')).toBe(true);
      }
    }
  });
});

const pages = {
  base: 'https://night.example',
  decide: new Map([[31, 'https://night.example/a/token']]),
};
const written = (delivery: typeof approval, where = pages): Message =>
  messageOf({ createdAt: '', ...delivery } as ClaimedDelivery, 'https://night.example/a/good', where);
const wait = (taskId: number, task = 'deps.update') => ({
  approvalId: taskId + 24,
  taskId,
  task,
  runId: 'nightly-2025-01-15',
  project: '',
  requestedAt: '2025-01-15T02:31:00.000Z',
});
const digestOf = (facts: object): typeof approval => ({
  kind: 'digest',
  payload: {
    day: '2025-01-15',
    entries: [],
    total: 0,
    counts: {},
    awaiting: 0,
    waiting: [],
    night: { since: '2025-01-14T07:00:00.000Z', runs: 1, tasks: { succeeded: 2 } },
    ...facts,
  },
  outputsUri: null,
  logExcerpt: null,
});

describe('A digest', () => {
  it('names what waits, with a link to decide or else to the task, and what was kept, with its page', async () => {
    const step = {
      taskId: 3,
      task: 'lint',
      runId: 'nightly 1',
      plan: 'nightly',
      status: 'failed',
      reason: 'x',
    };
    const due = { plan: 'weekly', project: 'acme/site', total: 2, dueTimes: [] };
    const message = written(
      digestOf({
        entries: [
          { kind: 'step_failed_again', facts: step },
          { kind: 'run_ended', facts: { runId: 'nightly 1', counts: { succeeded: 1 } } },
          { kind: 'run_not_started', facts: due },
        ],
        total: 3,
        counts: { step_failed_again: 1, run_ended: 1, run_not_started: 2 },
        awaiting: 2,
        waiting: [wait(7), wait(8, 'seo')],
      }),
    );
    expect(message.title).toBe(
      'Nightshift on 2025-01-15: 2 approvals waiting, 1 failure, 2 runs not started',
    );
    expect(message.text).toBe(`${message.title}. Waiting: 7 deps.update, 8 seo`);
    expect(message.links).toEqual([
      { label: 'nightly-2025-01-15', url: 'https://night.example/runs/nightly-2025-01-15' },
      { label: 'nightly 1', url: 'https://night.example/runs/nightly%201' },
    ]);
    const { text, html } = writeMail(message);
    expect(text).toContain(
      '7 deps.update of nightly-2025-01-15, since 2025-01-15 02:31 UTC\n  https://night.example/a/token\n',
    );
    expect(html).toContain('<a href="https://night.example/approvals/8">8 seo of');
    const { blocks } = await toSlack(message);
    const shown = blocks[0]?.text.text ?? '';
    expect(shown).toContain('<https://night.example/a/token|7 deps.update of');
    expect(shown).toContain('<https://night.example/tasks/3|Task lint failed again in nightly 1: x');
    expect(shown).toContain('<https://night.example/runs/nightly%201|nightly 1: 1 ok');
    expect(shown).toContain('<https://night.example/plans/acme%2Fsite%3Aweekly|');
    expect(message).toMatchObject({
      email: { waiting: [{ task: 'deps.update', url: 'https://night.example/a/token' }, { task: 'seo' }] },
      data: { waiting: [{ task_id: 7, approval_id: 31 }, { task_id: 8 }], counts: { run_not_started: 2 } },
    });
  });

  it.each([
    [{ awaiting: 1, waiting: [wait(7)] }, '1 approval waiting'],
    [{ awaiting: 2, waiting: [wait(7), wait(8)] }, '2 approvals waiting'],
    [
      { counts: { step_failed: 1, step_recovered: 1, step_unclaimed: 1 }, total: 3 },
      '1 failure, 1 task without a worker, 1 recovery',
    ],
    [
      { counts: { step_failed: 2, step_recovered: 2, step_unclaimed: 3 }, total: 7 },
      '2 failures, 3 tasks without a worker, 2 recoveries',
    ],
    [{}, 'all is well, 1 run: 2 ok'],
    [{ night: { since: '', runs: 2, tasks: { succeeded: 1, failed: 1 } } }, '1 failure'],
    [{ night: { since: '', runs: 0, tasks: {} } }, 'nothing ran, nothing to approve'],
    [{ night: { since: '', runs: 0, tasks: {}, rejected: 1, expired: 2 } }, '2 approvals expired'],
  ])('says what there is in one line with the right plurals (%#)', (facts, line) => {
    expect(written(digestOf(facts)).title).toBe(`Nightshift on 2025-01-15: ${line}`);
  });

  it('of many things says how many more there are, whole and within the bounds of each channel', async () => {
    const reason = `see https://example.org/${'a'.repeat(700)} & <b>`;
    const facts = { taskId: 3, task: 'lint', runId: 'r', plan: 'nightly', status: 'failed', reason };
    const message = written(
      digestOf({
        entries: Array.from({ length: 100 }, () => ({ kind: 'step_failed_again', facts })),
        total: 140,
        counts: { step_failed_again: 140 },
        awaiting: 25,
        waiting: Array.from({ length: 20 }, (_, at) => wait(at + 1)),
      }),
    );
    const { blocks, text } = await toSlack(message);
    expect(text).toContain('and 20 more');
    for (const block of blocks) {
      expect(block.text.text.length).toBeLessThanOrEqual(3000);
      expect(block.text.text.replace(/<https:[^<>|]+\|[^<>|]*>/g, '')).not.toMatch(/[<>]/);
    }
    const whole = blocks[0]?.text.text ?? '';
    const listed = whole.match(/^·/gm)?.length ?? 0;
    expect(whole).toMatch(new RegExp(`and ${140 - listed} more…$`));
    const mail = writeMail(message);
    expect(mail.text).toContain('Needs your approval: and 5 more');
    expect(mail.text).toContain('· and 40 more');
    expect(mail.html.length).toBeLessThan(200_000);
    expect(JSON.stringify(message.email).length).toBeLessThan(100_000);
    expect(mail.text).not.toMatch(/https:\/\/example\.org\/a+…/);
  });

  it('that an older version wrote can still be sent', () => {
    const payload = { day: '2025-01-15', entries: [], total: 1, awaiting: 1 };
    expect(written({ ...digestOf({}), payload }).title).toBe(
      'Nightshift on 2025-01-15: 1 approval waiting, 1 failure',
    );
  });
});

describe('A notification of any kind', () => {
  const outcome: typeof approval = {
    ...failure,
    kind: 'approval_expired',
    payload: { taskId: 7, task: 'a', runId: 'r', plan: 'p', project: null, status: 'failed', what: 'late' },
  };
  const kinds: [typeof approval, string[]][] = [
    [approval, ['/approvals/7', '/runs/']],
    [{ ...approval, kind: 'approval_reminder' }, ['/approvals/7', '/runs/']],
    [failure, ['/tasks/7', '/runs/r']],
    [outcome, ['/approvals/7', '/runs/r']],
    [run, ['/tasks/1', '/approvals/2', '/runs/']],
    [waiting, ['/tasks/1', '/runs/']],
    [due, ['/plans/']],
    [digestOf({ awaiting: 1, waiting: [wait(8)] }), ['/approvals/8']],
  ];

  it.each(kinds)(
    'leads to the pages of its run, and of its task or the card of its approval (%#)',
    async (delivery, paths) => {
      const message = written(delivery);
      const mail = writeMail(message);
      const slackSaw = JSON.stringify((await toSlack(message)).blocks);
      for (const path of paths)
        for (const shown of [mail.text, mail.html, slackSaw, JSON.stringify(message)])
          expect(shown).toContain(`https://night.example${path}`);
    },
  );

  it('about an approval leads people to its card beside the link that decides, and programs to the task as well', async () => {
    for (const kind of [
      'approval_needed',
      'approval_changed',
      'approval_reminder',
      'approval_escalated',
    ] as const) {
      const message = messageOf(
        { createdAt: '', ...approval, kind } as ClaimedDelivery,
        'https://night.example/a/token',
        { base: 'https://night.example', decide: new Map() },
      );
      expect(message.links.slice(-3)).toEqual([
        { label: 'Decide', url: 'https://night.example/a/token' },
        { label: 'Approval', url: 'https://night.example/approvals/7' },
        expect.objectContaining({ label: 'Run' }),
      ]);
      const addresses = {
        task_url: 'https://night.example/tasks/7',
        card_url: 'https://night.example/approvals/7',
        approval_url: 'https://night.example/a/token',
      };
      expect(message.data).toMatchObject(addresses);
      // The first one says to a mail service what it always has.
      if (kind === 'approval_needed') expect(message.email).not.toHaveProperty('card_url');
      else expect(message.email).toMatchObject(addresses);
    }
  });

  it.each(kinds)('has no link where none lasts, and says how to look (%#)', async (delivery) => {
    const message = messageOf({ createdAt: '', ...delivery } as ClaimedDelivery, undefined);
    const shown = [writeMail(message).text, JSON.stringify((await toSlack(message)).blocks)];
    for (const text of shown) {
      expect(text).not.toContain('night.example');
      expect(text).toMatch(/nightshift (view|schedule --plan|approvals)/);
    }
    if (delivery !== kinds.at(-1)?.[0])
      expect(message.email).toMatchObject({ look: expect.stringMatching(/^nightshift /) });
  });
});

describe("A run's own message to Slack", () => {
  it('is one line in which nothing calls a channel or makes a link', async () => {
    const about = { runId: 'r', task: `<!channel> ${forged}`, outputsUri: null, logExcerpt: null };
    const { text, ...rest } = await toSlack(awaitingMessage({ ...about, isGate: false }, noPages));
    expect(rest).toEqual({});
    expect(text).toContain('&lt;!channel&gt;');
    expect(text).not.toMatch(/[<>\n\r\u2028\u202e]/);
  });
});

describe('A notification for programs', () => {
  const plain = { outputsUri: null, logExcerpt: null };

  it('says which tasks no worker asks for, why, and when they fail', () => {
    const tasks = [
      { taskId: 3, task: 'train', reason: 'no worker asked for it for 1 h: no worker is running' },
    ];
    const facts = { runId: 'r', plan: 'nightly', tasks, total: 1, failsAt: '2025-01-16T02:30:00.000Z' };
    const message = messageFor({ kind: 'step_unclaimed', payload: facts, ...plain });
    expect(message).toMatchObject({
      title: 'Task train of r waits for a worker',
      type: 'step.unclaimed',
      data: {
        run_id: 'r',
        plan: 'nightly',
        total: 1,
        fails_at: '2025-01-16T02:30:00.000Z',
        tasks: [{ task_id: 3, task: 'train', reason: tasks[0]?.reason }],
      },
      email: {
        run_id: 'r',
        task: 'train',
        status: 'queued',
        reason: tasks[0]?.reason,
        kind: 'step_unclaimed',
      },
    });
  });

  it.each([
    ['approval_expired', 'Task make: nobody decided in time', 'approval.expired'],
    [
      'pull_action_failed',
      'Task make: its pull request could not be merged or labelled',
      'pull.action_failed',
    ],
  ] as const)('says what was decided or given up without anybody (%s)', (kind, title, type) => {
    const about = { taskId: 3, task: 'make', runId: 'r', plan: 'nightly', project: 'acme/site' };
    const payload = { ...about, status: 'failed', what: 'the reason' };
    const outputsUri = 'https://github.com/acme/site/pull/7';
    const message = messageFor({ kind, payload, ...plain, outputsUri });
    expect(message).toMatchObject({
      title,
      type,
      text: 'Task make: the reason',
      email: { run_id: 'r', task: 'make', status: 'failed', reason: 'the reason', kind },
      data: { task_id: 3, project: 'acme/site', reason: 'the reason', outputs_uri: outputsUri },
      links: [{ label: 'Output', url: outputsUri }],
    });
    expect(message.facts).toContainEqual(['Plan', 'acme/site:nightly']);
  });

  it('says which due times came to nothing, and why', () => {
    const dueTimes = [{ dueAt: '2025-01-15T02:30:00.000Z', outcome: 'missed', reason: 'nothing ran' }];
    const message = messageFor({
      kind: 'run_not_started',
      payload: { plan: 'nightly', dueTimes, total: 1 },
      ...plain,
    });
    expect(message).toMatchObject({
      title: 'Plan nightly was not started at 2025-01-15 02:30 UTC',
      type: 'run.not_started',
      data: {
        plan: 'nightly',
        total: 1,
        due_times: [{ due_at: '2025-01-15T02:30:00.000Z', outcome: 'missed', reason: 'nothing ran' }],
      },
    });
  });
});

describe('The type of a message', () => {
  it.each(deliveryKinds)('of %s stands in the docs with what its data holds', (kind) => {
    const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
    const [, table] = page.split(/^\| `type` .*$/m);
    const types = table?.split('\n').map((row) => row.split('|')[1] ?? '');
    expect(types?.some((type) => type.includes(`\`${typeOf(kind)}\``))).toBe(true);
  });
});
