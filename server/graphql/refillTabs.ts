/**
 * The script of a function that the page calls before it starts GraphiQL, with its examples: tabs of an earlier visit that
 * still are an example as it stood then become what it is now, unless nobody has answered. GraphiQL looks for the tab with
 * the operation that it shows, and opens an empty one where it finds none: so it is told which one was open.
 */
export const refillTabs = `(examples, isAnswered) => {
  const store = globalThis.localStorage;
  if (!store) return;
  const lastName = 'nightshift:examples';
  const nameOf = ({ query }) => /^(?:query|mutation|subscription) (\\w+)/m.exec(query ?? '')?.[1];
  const markOf = ({ query, variables }) => {
    const text = query + '|' + (variables ?? '');
    return [...text].reduce((sum, one) => (Math.imul(sum, 31) + one.codePointAt(0)) | 0, 0) + ':' + text.length;
  };
  const keep = (name, text) => (text ? store.setItem(name, text) : store.removeItem(name));
  try {
    const state = JSON.parse(store.getItem('graphiql:tabState'));
    const last = JSON.parse(store.getItem(lastName)) ?? [];
    for (const tab of (isAnswered && state?.tabs) || []) {
      if (!last.includes(markOf(tab))) continue;
      const example = examples.find((one) => nameOf(one) === nameOf(tab));
      if (example) Object.assign(tab, { query: example.query, variables: example.variables ?? null });
    }
    if (state) {
      const { query, variables } = state.tabs[state.activeTabIndex] ?? {};
      keep('graphiql:tabState', JSON.stringify(state));
      keep('graphiql:query', query);
      keep('graphiql:variables', variables);
    }
    if (isAnswered) keep(lastName, JSON.stringify(examples.map(markOf)));
  } catch {
    // What was stored is not as GraphiQL writes it: it begins anew by itself.
  }
}`;
