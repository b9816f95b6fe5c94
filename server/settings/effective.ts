import type * as z from 'zod';
import { secretVariables } from '../../contract/environment/secretVariables.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { withoutUserInfo } from '../../contract/urls/userInfo.ts';
import type { Setting } from '../../domain/input/setting.ts';

const secrets: ReadonlySet<string> = new Set(secretVariables);

/** Lists what a server runs with, without secrets: what was given of each variable, else the default. */
export function effectiveSettings(
  schemas: Readonly<Record<string, z.ZodType>>,
  given: Readonly<Record<string, string | undefined>>,
): Setting[] {
  return Object.entries(schemas).map(([name, schema]) => {
    const text = ownValue(given, name);
    const isSecret = secrets.has(name);
    const value = isSecret ? null : (shown(text) ?? defaultOf(schema));
    return { name, value, isSecret, source: text === undefined ? 'default' : 'environment' };
  });
}

/** Says of settings that are not the environment's own that a file gave them. */
export function withSources(
  settings: readonly Setting[],
  environment: Readonly<Record<string, string | undefined>>,
): Setting[] {
  return settings.map((setting) => {
    const isOfFile = setting.source === 'environment' && ownValue(environment, setting.name) === undefined;
    return isOfFile ? { ...setting, source: 'file' } : setting;
  });
}

function shown(text: string | undefined): string | undefined {
  return text !== undefined && URL.canParse(text) ? withoutUserInfo(text) : text;
}

function defaultOf(schema: z.ZodType): string | null {
  const { data } = schema.safeParse(undefined);
  return typeof data === 'string' || typeof data === 'number' ? String(data) : null;
}
