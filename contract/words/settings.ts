import type { WordFacts } from './words.ts';

/** Where a setting of the server comes from. */
export const settingSourceFacts = {
  default: { means: 'Nobody set it.' },
  environment: { means: 'A variable of the process.' },
  file: { means: 'A file of variables, or a file that holds the one value.' },
} as const satisfies Record<string, WordFacts>;

export type SettingSource = keyof typeof settingSourceFacts;
