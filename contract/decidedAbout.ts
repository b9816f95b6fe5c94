import { commandLine } from './commandLine.ts';
import { oneLine } from './text/plainText.ts';
import { cutTo } from './text/textWidth.ts';

/** The fields of a task that say what is decided about it. */
export interface Decidable {
  /** Whether it asks before it runs, and not about what it made. */
  isGate: boolean;
  /** What it was given: the worker has masked what is secret. */
  inputs?: unknown;
  outputsUri: string | null;
}

/** A thing that is decided about: by which name, and in one line. */
export interface DecidedAbout {
  label: 'Command' | 'Inputs' | 'Link';
  text: string;
}

/**
 * Says what somebody decides about, the same wherever they do: before a task runs its command, or what its plan gives
 * as `inputs` in its place; then the link of what it made. Null where neither is known. A link is whole; of a longer
 * command the beginning and the end are there.
 */
export function decidedAbout({ isGate, inputs, outputsUri }: Decidable): DecidedAbout | null {
  if (!isGate) return outputsUri === null ? null : { label: 'Link', text: oneLine(outputsUri) };
  const command = commandOf(inputs);
  if (command !== undefined) return { label: 'Command', text: bounded(commandLine(command)) };
  return hasFields(inputs) ? { label: 'Inputs', text: bounded(JSON.stringify(inputs)) } : null;
}

/** So much fits whole into every message. */
const maxColumns = 500;

function bounded(text: string): string {
  return cutTo(oneLine(text), maxColumns, 'middle');
}

function commandOf(inputs: unknown): string[] | undefined {
  if (!hasFields(inputs) || !Object.hasOwn(inputs, 'cmd') || !Array.isArray(inputs.cmd)) return undefined;
  const isCommand = inputs.cmd.length > 0 && inputs.cmd.every((part) => typeof part === 'string');
  return isCommand ? inputs.cmd : undefined;
}

function hasFields(inputs: unknown): inputs is Record<string, unknown> {
  return typeof inputs === 'object' && inputs !== null && Object.keys(inputs).length > 0;
}
