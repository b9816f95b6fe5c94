/**
 * Says why a version of Node.js, e.g. `22.18.0`, cannot run the command line, and what to do; undefined where it can. It is
 * JavaScript, which any version reads.
 */
export function whyTooOld(version: string): string | undefined;
