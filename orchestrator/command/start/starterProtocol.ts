import { constants } from 'node:os';
import type { Ending } from '../../outcome/ending.ts';
import type { StartRequest } from './startedCommand.ts';

/** Says whether commands of such a kind can be given to a starter as they stand. */
export function isFit({ file, args, cwd, env }: StartRequest): boolean {
  return (
    file !== '' &&
    [file, cwd, ...args, ...Object.values(env)].every((text) => !text.includes('\0')) &&
    Object.keys(env).every((name) => name !== '' && !/[=\0]/.test(name))
  );
}

/** The numbers of the system call setsid on Linux. */
export const setsidNumbers = new Map<string, number>([
  ['x64', 112],
  ['ia32', 66],
  ['arm', 66],
  ['ppc64', 66],
  ['s390x', 66],
  ['arm64', 157],
  ['riscv64', 157],
  ['loong64', 157],
]);

/** A field is its length in four bytes, and its bytes; so is the frame of all. */
export function frame(fields: readonly string[]): Buffer {
  const sized = (bytes: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(bytes.length);
    return [size, bytes];
  };
  return Buffer.concat(sized(Buffer.concat(fields.flatMap((field) => sized(Buffer.from(field))))));
}

/** Reads a status as wait(2) has it. */
export function endingOf(status: number): Ending {
  const signal = status & 127;
  return signal === 0
    ? { kind: 'exit', code: status >> 8 }
    : { kind: 'signal', signal: signalNames.get(signal) ?? `signal ${signal}` };
}

// Of several names of a number the first is the usual one.
const signalNames = new Map(
  Object.entries(constants.signals)
    .map(([name, number]) => [number, name] as const)
    .reverse(),
);
