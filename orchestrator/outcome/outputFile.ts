import { toEnvName } from '../../contract/stepEnvironment.ts';
import { plural } from '../../contract/text/plural.ts';

/** What a step wrote to `$NIGHTSHIFT_OUTPUT`. */
export interface WrittenOutputs {
  outputs: Record<string, string>;
  /** What the file has beside outputs, as sentences for the log. */
  remarks: string[];
}

/** So many lines that are no outputs are told each by itself. */
const maxTold = 10;
const maxShown = 80;

/**
 * Reads the outputs of a step: a line `key=value` each, or `key<<END`, the lines of the value, and `END`. The last of a
 * key counts. What is no output is told, and so is a key that would make the variable of another one.
 */
export function readOutputFile(text: string): WrittenOutputs {
  const lines = text.split(/\r?\n/);
  const outputs = new Map<string, string>();
  const spelt = new Map<string, string>();
  const remarks: string[] = [];
  const keep = (key: string, value: string) => {
    const first = spelt.get(toEnvName(key)) ?? key;
    if (first !== key) {
      remarks.push(`output "${shown(key)}" was left out: it makes the same variable as "${shown(first)}"`);
      return;
    }
    spelt.set(toEnvName(key), key);
    outputs.set(key, value);
  };
  let wrong = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').replace(/^\uFEFF/, '');
    const [, block, end] = /^([A-Za-z_][\w.-]*)<<(.+)$/.exec(line) ?? [];
    const [, key, value] = /^([A-Za-z_][\w.-]*)=(.*)$/.exec(line) ?? [];
    if (block !== undefined && end !== undefined) {
      const last = lines.indexOf(end, at + 1);
      if (last === -1) {
        remarks.push(
          `output "${shown(block)}" and what follows it were left out: its line "${shown(end)}" is missing`,
        );
        break;
      }
      keep(block, lines.slice(at + 1, last).join('\n'));
      at = last;
    } else if (key !== undefined && value !== undefined) keep(key, value.trim());
    else if (line.trim() !== '') {
      wrong += 1;
      if (wrong <= maxTold)
        remarks.push(
          `line ${at + 1} of the output file is no output, since it is not "key=value" with a key of letters, digits, ".", "_" or "-" that begins with a letter or "_": ${shown(line)}`,
        );
    }
  }
  if (wrong > maxTold)
    remarks.push(
      plural(
        wrong - maxTold,
        'more line of the output file is no output',
        'more lines of the output file are no outputs',
      ),
    );
  return { outputs: Object.fromEntries(outputs), remarks };
}

function shown(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown).toWellFormed()}…` : text;
}
