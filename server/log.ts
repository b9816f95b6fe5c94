import pino, { type Logger } from 'pino';
import type { logLevels } from '../contract/environment/environment.ts';
import { printable } from '../contract/text/plainText.ts';
import { wrapTo } from '../contract/text/textWidth.ts';

export type { Logger };

/** Where the log goes; standard error by default. */
export interface LogTarget {
  write(line: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Makes the server's log: one JSON object a line, or plain lines when a person watches. */
export function createLog(level: (typeof logLevels)[number], target: LogTarget = process.stderr): Logger {
  const stream = target.isTTY
    ? { write: (line: string) => target.write(fitted(printable(toPlainLine(line)), target.columns || 80)) }
    : target;
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

interface Entry {
  level: number;
  time: string;
  msg?: string;
  err?: { stack?: string };
  [field: string]: unknown;
}

/** Breaks lines between words where the terminal is narrower, below the message; those of a stack stay as they are. */
function fitted(text: string, columns: number): string {
  const [first = '', ...stack] = text.split('\n');
  return [...wrapTo(first, columns, { indent: '02:30:00Z info  '.length }), ...stack].join('\n');
}

function toPlainLine(json: string): string {
  const { level, time, msg = '', err, ...fields } = JSON.parse(json) as Entry;
  const label = pino.levels.labels[level] ?? String(level);
  const facts = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  const stack = err?.stack ? `\n${err.stack}` : '';
  return `${time.slice(11, 19)}Z ${label.padEnd(5)} ${msg}${facts.join('')}${stack}\n`;
}
