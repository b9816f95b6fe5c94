import type { ReactNode } from 'react';
import { useShared } from '../data/shared.ts';
import { shellTexts } from '../texts/shell.ts';
import { chooseTheme, type Theme, themeChoice } from './theme.ts';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** Chooses between light and dark. */
export function ThemeSelect(): ReactNode {
  const theme = useShared(themeChoice);
  return (
    <select
      aria-label={shellTexts.theme}
      value={theme}
      onChange={({ target }) => chooseTheme(target.value as Theme)}
    >
      {themes.map((one) => (
        <option key={one} value={one}>
          {shellTexts.themes[one]}
        </option>
      ))}
    </select>
  );
}
