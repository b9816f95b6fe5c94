/**
 * The script that runs in the browser before GraphiQL: the query has the focus as soon as it is there, so that Ctrl-Enter
 * runs it at once. Who has begun to do something else by then is left alone.
 */
export const focusEditor = `(() => {
  const observer = new MutationObserver(() => {
    const input = document.querySelector('.graphiql-query-editor .monaco-editor textarea');
    if (input === null) return;
    observer.disconnect();
    if (document.activeElement === document.body) input.focus();
  });
  observer.observe(document, { childList: true, subtree: true });
})();`;
