import { findLinks, isOwnLink, isUsableLink, type LinkRules } from './links.ts';

/** What a step made, as read from what it printed. */
export interface PrintedOutputs {
  /** The last stdout line that began `outputs_uri=`. */
  declared?: string;
  pullRequest?: string;
  artifact?: string;
}

/** Watches a step's lines for what it made; the last of each kind counts. */
export function createOutputScanner(rules: LinkRules) {
  const printed: PrintedOutputs = {};
  return {
    add(line: string, stream: 'stdout' | 'stderr'): void {
      const declared = stream === 'stdout' ? /^outputs_uri=(.*)$/.exec(line)?.[1]?.trim() : undefined;
      if (declared) printed.declared = declared;
      if (line.includes('://')) Object.assign(printed, findLinks(line, rules));
    },
    printed: (): PrintedOutputs => ({ ...printed }),
  };
}

/** Reads the `key=value` lines that a step wrote to `$NIGHTSHIFT_OUTPUT`; the last of a key counts. */
export function readOutputFile(text: string): Record<string, string> {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const match = /^([A-Za-z_][\w.-]*)=(.*)$/.exec(line);
    return match ? [[match[1] ?? '', (match[2] ?? '').trim()] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/** Chooses the one link of a task: the output file's, the declared one, a pull request, an artifact, in this order. */
export function chooseLink(
  file: Readonly<Record<string, string>>,
  printed: PrintedOutputs,
  rules: LinkRules,
): string | null {
  const candidates = [file.outputs_uri, printed.declared, printed.pullRequest, printed.artifact];
  return candidates.find((link) => link && isUsableLink(link) && isOwnLink(link, rules)) ?? null;
}
