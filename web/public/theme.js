// Runs before the first paint, so that a page in the other theme does not flash. The names are those of shell/theme.ts.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('nightshift-theme');
  } catch {
    // A browser that keeps nothing shows the theme of the system.
  }
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
})();
