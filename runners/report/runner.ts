import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import type { RunnerEnvironment } from './environment.ts';
import type { Report } from './report.ts';

/** The flags that every runner has. */
export interface CommonOptions {
  json?: boolean;
  quiet?: boolean;
  strict?: boolean;
  cwd: string;
}

/** What a runner gets besides its options. */
export interface RunnerContext {
  /** The directory to examine: absolute, and it exists. */
  cwd: string;
  environment: RunnerEnvironment;
  /** Prints a message for people, on stderr; nothing with `--quiet`. */
  log(line: string): void;
  /** Where the output of tools may stream to; undefined with `--quiet`. */
  toolOutput: Writable | undefined;
}

/** A runner as data: its name, its options and the work it does. */
export interface RunnerDefinition<Options extends object> {
  /** Name of the task, such as `code.review`. */
  name: string;
  description: string;
  /** What `--strict` means here; without it the runner has no such flag. */
  strict?: string;
  /** Lines below the options of `--help`, such as examples. */
  help?: string;
  /** Adds the runner's own options; an `InvalidArgumentError` of commander thrown by a parser is a usage error. */
  options(command: Command): void;
  run(options: Options & CommonOptions, context: RunnerContext): Promise<Report>;
}

/** Where a runner reads from and writes to. */
export interface RunnerStreams {
  stdout: Writable;
  stderr: Writable;
}
