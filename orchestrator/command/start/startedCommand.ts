import type { Readable } from 'node:stream';
import type { Ending } from '../../outcome/ending.ts';

/** What starting a command needs. */
export interface StartRequest {
  file: string;
  args: readonly string[];
  cwd: string;
  /** The whole environment. */
  env: Readonly<Record<string, string>>;
}

/** A command that runs, as the leader of a process group of its own and with stdin closed. */
export interface StartedCommand {
  pid: number;
  stdout: Readable;
  stderr: Readable;
  /** Resolves when it has ended: as it did itself, or interrupted where that can no longer be seen. */
  exited: Promise<Ending>;
  /** Lets this process end without waiting for it. */
  release(): void;
}
