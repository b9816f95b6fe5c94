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
 * stands. It asks without a key, since the page has none yet, and waits 2 s at most.
 */
export const fillExamples = `async (options) => {
  const found = ${JSON.stringify(fallbacks)};
  const set = (name, value) => { if (value != null) found[name] = value; };
  try {
    const answer = await fetch(options.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: ${JSON.stringify(lookUp)} }),
      signal: AbortSignal.timeout(2000),
    });
    const { data } = await answer.json();
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
  } catch {
    // Reading needs a key here, or there is nothing yet: the examples keep what they have.
  }
  const fill = (text) => {
    const variables = JSON.parse(text, (key, value) => {
      const name = typeof value === 'string' && /^\\{\\{([A-Za-z]+)\\}\\}$/.exec(value);
      return name ? (found[name[1]] ?? undefined) : value;
    });
    return JSON.stringify(variables, null, 2);
  };
  const defaultTabs = options.defaultTabs.map((tab) => (tab.variables ? { ...tab, variables: fill(tab.variables) } : tab));
  return { ...options, defaultTabs };
}`;
