import type { Writable } from 'node:stream';
import { execa } from 'execa';
import { readVariables } from '../../contract/environment/environment.ts';
import { toolEnvironment } from './toolEnvironment.ts';

/** A command line of a tool, as an argument array; no shell is ever involved. */
export interface ToolCommand {
  /** Name or path of the program; the repository's own `node_modules/.bin` comes before the user's PATH. */
  program: string;
  args: readonly string[];
  cwd: string;
  timeoutMs: number;
  environment?: Record<string, string>;
  /** Where the tool's output goes while it runs: its stderr, and its stdout too with `streamStdout`. */
  stream?: Writable | undefined;
  streamStdout?: boolean;
}

/** What a tool did; `exitCode` is undefined when it did not end by itself. */
export interface ToolResult {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  /** Why it could not be started or was ended; undefined when it ended by itself, with whatever code. */
  failure: string | undefined;
}

/** Runs a tool of the repository with a time limit; at the limit it is ended with everything it started. Never throws. */
export async function runTool(command: ToolCommand): Promise<ToolResult> {
  const subprocess = execa(command.program, command.args, {
    cwd: command.cwd,
    preferLocal: true,
    reject: false,
    stdin: 'ignore',
    timeout: command.timeoutMs,
    forceKillAfterDelay: 3000,
    killDescendants: true,
    maxBuffer: 256 * 1024 * 1024,
    extendEnv: false,
    env: { ...toolEnvironment(command.cwd, readVariables()), ...ownVariables, ...command.environment },
  });
  const { stream } = command;
  if (stream !== undefined) subprocess.stderr.on('data', (chunk) => stream.write(chunk));
  if (stream !== undefined && command.streamStdout)
    subprocess.stdout.on('data', (chunk) => stream.write(chunk));
  const result = await subprocess;
  return {
    exitCode: result.exitCode,
    stdout: result.stdout,
    stderr: result.stderr,
    timedOut: result.timedOut,
    failure: result.timedOut || result.exitCode === undefined ? whyEnded(command, result) : undefined,
  };
}

/** Tools must not write into the files where this runner itself reports. */
const ownVariables = {
  CI: '1',
  NIGHTSHIFT_OUTPUT: undefined,
  GITHUB_STEP_SUMMARY: undefined,
  GITHUB_OUTPUT: undefined,
  NODE_TEST_CONTEXT: undefined,
  NODE_V8_COVERAGE: undefined,
};

/** Keeps the last lines of a tool's output, so that a message can quote why the tool gave up. */
export function lastLines(text: string, count = 6): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}

function whyEnded(
  { program, timeoutMs }: ToolCommand,
  result: { timedOut: boolean; signal?: string; originalMessage?: string },
): string {
  if (result.timedOut) return `${program} did not finish within ${timeoutMs / 1000} s and was ended`;
  if (result.signal !== undefined) return `${program} was ended by ${result.signal}`;
  return `${program} could not be started: ${result.originalMessage ?? 'unknown reason'}`;
}
