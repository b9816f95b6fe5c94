import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, platform } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import * as z from 'zod';
import type { Variables } from '../../contract/environment/environment.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';

/** A sign-in of this command line at one server. */
export interface SavedSession {
  token: string;
  /** As whom. */
  viewer: string;
  /** ISO 8601 in UTC. */
  expiresAt: string;
}

/** Where the sign-ins of this user are kept, where their system keeps settings of programs. */
export function sessionsPath(variables: Variables, system: NodeJS.Platform = platform()): string {
  return join(configHome(variables, system), 'nightshift', 'sessions.json');
}

function configHome(variables: Variables, system: NodeJS.Platform): string {
  // A relative path counts as none, as the standard of XDG has it.
  const named = ['XDG_CONFIG_HOME', ...(system === 'win32' ? ['APPDATA'] : [])]
    .map((name) => ownValue(variables, name)?.trim())
    .find((path) => path && isAbsolute(path));
  if (named) return named;
  if (system === 'win32') return join(homedir(), 'AppData', 'Roaming');
  return system === 'darwin' ? join(homedir(), 'Library', 'Application Support') : join(homedir(), '.config');
}

/** Reads the sign-in at a server, whether or not it has expired; nothing where there is none. */
export function readSession(variables: Variables, url: string): SavedSession | undefined {
  return readAll(sessionsPath(variables)).get(keyOf(url));
}

/** Says whether a sign-in has come to its end. */
export function isOver({ expiresAt }: SavedSession): boolean {
  return Date.parse(expiresAt) <= Date.now();
}

/** Keeps the sign-in at a server, in a file for this user alone; without one it is taken out. */
export function saveSession(variables: Variables, url: string, session: SavedSession | undefined): void {
  const path = sessionsPath(variables);
  const sessions = readAll(path);
  if (session === undefined && !sessions.delete(keyOf(url))) return;
  if (session !== undefined) sessions.set(keyOf(url), session);
  if (sessions.size === 0) rmSync(path, { force: true });
  else writeWhole(path, `${JSON.stringify({ servers: Object.fromEntries(sessions) }, null, 2)}\n`);
}

/** The same server, however its address was written. */
function keyOf(url: string): string {
  return trimEndOf(new URL(url).href, '/');
}

const fileSchema = z.object({
  servers: z.record(z.string(), z.object({ token: z.string(), viewer: z.string(), expiresAt: z.string() })),
});

/** What somebody else wrote there counts as nothing. */
function readAll(path: string): Map<string, SavedSession> {
  try {
    return new Map(Object.entries(fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).servers));
  } catch {
    return new Map();
  }
}

/** Written beside and renamed, so that a process that is killed leaves the whole of it or nothing. */
function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}.draft`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(draft, { force: true });
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
}
