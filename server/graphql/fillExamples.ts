import { pageSecretName, sessionHeader } from '../../contract/protocol.ts';

import { refillTabs } from './refillTabs.ts';

/** What GraphiQL's page looks up for its examples, and what stands there when nothing is found, or reading needs a key. */
const fallbacks = {
  runId: 'nightly-2025-01-15',
  plan: 'nightly',
  /** The number of the task that waits longest for a decision, and of its approval; all that wait, of one page. */
  waiting: 1,
  approval: null as number | null,
  allWaiting: [{ task: { databaseId: 1 } }],
  /** The number of a task that runs. */
  running: 1,
  /** A run with something queued or running, and one with something failed. */
  openRun: 'nightly-2025-01-15',
  failedRun: 'nightly-2025-01-15',
  /** What needs a key here, and where there is one, as lines of a comment. */
  whoNeedsAKey: 'Most of this requires a key. Add it to Headers below:',
};

/** What is said instead by who the page is to this server, as lines. */
const keyTexts = {
  open: ['Decisions and runs require a key.'],
  closed: ['This server answers nothing without a key.'],
  known: ['You need no key here: you are signed in as'],
  signedIn: ['Tick "Use my sign-in in this tab" to act as'],
  here: ['On this computer "nightshift key" prints one.', 'Add it to Headers below:'],
  elsewhere: ['An admin can make one for you.', 'Add it to Headers below:'],
  instead: ['To use a key instead, add it to Headers below:'],
};

/** Stands in the variables of an example for what the page looks up. */
export function found(name: keyof typeof fallbacks): string {
  return `{{${name}}}`;
}

const lookUp = `query Examples {
  runs(first: 1) { nodes { runId } }
  plans(first: 1) { plan project }
  waiting: tasks(last: 5, filter: { status: [AWAITING_APPROVAL] }) { nodes { databaseId approval { databaseId } } }
  running: tasks(first: 1, filter: { status: [RUNNING] }) { nodes { databaseId } }
  open: tasks(first: 1, filter: { status: [QUEUED, RUNNING] }) { nodes { runId } }
  failed: tasks(first: 1, filter: { status: [FAILED] }) { nodes { runId } }
}`;

/**
 * The script of a function that fills the examples in with what is on this server, so that each can be tried as it
 * stands, and says what needs a key. The page has none yet, so it asks first what it may do as whoever is signed in, or
 * without anybody, and no more where that is nothing; it waits 2 s at most. It only reads: the box above GraphiQL says
 * whether anything else counts the sign-in.
 */
export const fillExamples = `async (options) => {
  const found = ${JSON.stringify(fallbacks)};
  const set = (name, value) => { if (value != null) found[name] = value; };
  const texts = ${JSON.stringify(keyTexts)};
  const signal = AbortSignal.timeout(2000);
  let identity = { [${JSON.stringify(sessionHeader)}]: globalThis.localStorage?.getItem(${JSON.stringify(pageSecretName)}) || 'on' };
  let isAnswered = false;
  const ask = async (query) => {
    const answer = await fetch(options.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...identity },
      body: JSON.stringify({ query }),
      signal,
    });
    return (await answer.json()).data;
  };
  const askWho = async () => {
    const signedIn = await ask('{ viewer { id scopes session { databaseId } } }').catch(() => undefined);
    if (signedIn?.viewer?.session) return signedIn.viewer;
    identity = {};
    return signedIn?.viewer ?? (await ask('{ viewer { id scopes } }')).viewer;
  };
  const sayWhoNeedsAKey = ({ id, scopes, session }, mayRead) => {
    const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(globalThis.location?.hostname);
    const lines = session || scopes.includes('ADMIN')
      ? [...(session ? texts.signedIn : texts.known), id.replace(/\\s/g, ' '), ...texts.instead]
      : [...(mayRead ? texts.open : texts.closed), ...(isHere ? texts.here : texts.elsewhere)];
    found.whoNeedsAKey = lines.join('\\n# ');
  };
  const keep = (data) => {
    const waiting = [...data.waiting.nodes].reverse();
    set('runId', data.runs.nodes[0]?.runId);
    const [plan] = data.plans;
    set('plan', plan && (plan.project ? plan.project + ':' + plan.plan : plan.plan));
    set('waiting', waiting[0]?.databaseId);
    set('approval', waiting[0]?.approval?.databaseId);
    if (waiting.length > 0)
      found.allWaiting = waiting.map(({ databaseId, approval }) => ({ task: { databaseId }, approvalId: approval?.databaseId }));
    set('running', data.running.nodes[0]?.databaseId);
    set('openRun', data.open.nodes[0]?.runId);
    set('failedRun', data.failed.nodes[0]?.runId);
  };
  try {
    const viewer = await askWho();
    const mayRead = viewer.scopes.some((scope) => scope === 'READ' || scope === 'ADMIN');
    sayWhoNeedsAKey(viewer, mayRead);
    if (mayRead) keep(await ask(${JSON.stringify(lookUp)}));
    isAnswered = true;
  } catch {
    // Nobody answers in time, or there is nothing yet: the examples keep what they have.
  }
  const fill = (text) => {
    const variables = JSON.parse(text, (key, value) => {
      const name = typeof value === 'string' && /^\\{\\{([A-Za-z]+)\\}\\}$/.exec(value);
      return name ? (found[name[1]] ?? undefined) : value;
    });
    return JSON.stringify(variables, null, 2);
  };
  const defaultTabs = options.defaultTabs.map((tab) => ({
    ...tab,
    query: tab.query.replace('${found('whoNeedsAKey')}', () => found.whoNeedsAKey),
    ...(tab.variables ? { variables: fill(tab.variables) } : {}),
  }));
  (${refillTabs})(defaultTabs, isAnswered);
  return { ...options, defaultTabs };
}`;
