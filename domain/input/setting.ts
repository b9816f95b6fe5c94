import type { SettingSource } from '../../contract/words/settings.ts';

/** One setting that a server runs with. */
export interface Setting {
  /** The variable. */
  name: string;
  /** As it was given, or the default; null for a secret, and where there is none. */
  value: string | null;
  isSecret: boolean;
  source: SettingSource;
}
