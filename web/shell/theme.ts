import { keep, readKept } from '../data/kept.ts';
import { shared } from '../data/shared.ts';

/** Under which the choice is kept; `public/theme.js` reads it before the first paint. */
const name = 'nightshift-theme';

export type Theme = 'system' | 'light' | 'dark';

/** The theme that was chosen in this browser. */
export const themeChoice = shared<Theme>(known(readKept(name)));

/** Chooses the theme, and remembers it in this browser. */
export function chooseTheme(theme: Theme): void {
  keep(name, theme === 'system' ? undefined : theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  themeChoice.set(theme);
}

function known(text: string | undefined): Theme {
  return text === 'light' || text === 'dark' ? text : 'system';
}
