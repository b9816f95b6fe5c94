import { randomInt } from 'node:crypto';
import { styleText } from 'node:util';
import { oneLine, printable } from '../contract/text/plainText.ts';
import { stripControls } from '../contract/text/stripControls.ts';

/** Where text for humans or programs goes: a terminal, a pipe, a file. */
export type Terminal = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

type Format = Parameters<typeof styleText>[0];

/**
 * Marks the escape sequences that are our own. Text from outside cannot know it, so whatever stands in that is taken
 * out; it has the form of parameters, so that tables measure it as nothing.
 */
const mark = Array.from({ length: 4 }, () => randomInt(1000, 10_000)).join(';');
const own = new RegExp(`\\u001b\\[${mark};([0-9;]*[A-Za-z])`, 'g');

/** Colours a text where the terminal has colours. */
export function paint(format: Format, text: string, stream: Terminal): string {
  const [start = '', end = ''] = styleText(format, '\0', { stream }).split('\0');
  return marked(start) + stripControls(text) + marked(end);
}

/** An escape sequence of ours that moves the cursor or clears, such as `2A` or `J`. */
export function control(sequence: string): string {
  return marked(`\u001b[${sequence}`);
}

/** Makes one line of a text that may hold colours of ours. */
export function lineOf(text: string): string {
  return betweenOwn(text, oneLine, (sequence) => control(sequence));
}

/** Takes the colours of ours out of a text. */
export function withoutColours(text: string): string {
  return text.replace(own, '');
}

/** Gives a terminal to which nothing comes but text and the escape sequences of ours, whoever wrote the text. */
export function guardTerminal<T extends Terminal>(stream: T): T {
  const write = (chunk: unknown, ...rest: never[]) =>
    stream.write((typeof chunk === 'string' ? shown(chunk) : chunk) as string, ...rest);
  return Object.create(stream, { write: { value: write } });
}

/** The text as it may go to a terminal. */
function shown(text: string): string {
  return betweenOwn(text, printable, (sequence) => `\u001b[${sequence}`);
}

function betweenOwn(
  text: string,
  clean: (text: string) => string,
  keep: (sequence: string) => string,
): string {
  // Every second part is what the pattern has caught.
  return text
    .split(own)
    .map((part, index) => (index % 2 === 0 ? clean(part) : keep(part)))
    .join('');
}

function marked(sequences: string): string {
  return sequences.replaceAll('\u001b[', `\u001b[${mark};`);
}
