import { randomUUID } from 'node:crypto';

/** The variable by which the processes of an attempt are known, also where they left its process group. */
export const cookieVariable = 'NIGHTSHIFT_ATTEMPT';

/** Makes the cookie of one attempt; nobody can guess it. */
export function makeCookie(): string {
  return randomUUID();
}

/**
 * Adds a cookie to the environment of a command. A command of a worker that is itself a step of another one carries
 * the cookies of both, so that the end of the outer attempt ends it as well.
 */
export function withCookie(env: Readonly<Record<string, string>>, cookie: string): Record<string, string> {
  const outer = env[cookieVariable];
  return { ...env, [cookieVariable]: outer ? `${outer}:${cookie}` : cookie };
}

/** Says whether an environment, as `/proc/PID/environ` has it, carries a cookie. */
export function carriesCookie(environ: string, cookie: string): boolean {
  const begin = `${cookieVariable}=`;
  if (!environ.includes(cookie)) return false;
  return environ
    .split('\0')
    .some((entry) => entry.startsWith(begin) && entry.slice(begin.length).split(':').includes(cookie));
}
