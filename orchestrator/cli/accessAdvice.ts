import type { OrchestratorConfig } from '../config.ts';
import { readSession } from './sessionFile.ts';

/** Says what somebody can do whom the server did not let do what a command asked for. */
export function accessAdvice({
  apiBase,
  apiKey,
  variables,
}: Pick<OrchestratorConfig, 'apiBase' | 'apiKey' | 'variables'>): string {
  const look = 'Run "nightshift whoami" to see who you are to the server.';
  if (apiBase === undefined)
    return `${look} To act as yourself, run "nightshift login"; "nightshift key --help" tells of this computer's key.`;
  if (apiKey) return `${look} Set API_KEY to a key that may do this, or unset it and run "nightshift login".`;
  return readSession(variables, apiBase) === undefined
    ? 'Run "nightshift login" to sign in there, or set API_KEY to a key of that server.'
    : `${look} Run "nightshift login" to sign in again.`;
}
