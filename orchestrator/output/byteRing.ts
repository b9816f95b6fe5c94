/** Keeps the last bytes of what is added, in a fixed amount of memory. */
export interface ByteRing {
  add(bytes: Uint8Array): void;
  /** What is kept, and how many bytes before it are gone. */
  read(): { kept: Buffer; gone: number };
}

/** Makes an empty ring; its memory is taken when the first bytes come. */
export function createByteRing(size: number): ByteRing {
  let memory: Buffer | undefined;
  let added = 0;
  return {
    add(bytes) {
      memory ??= Buffer.allocUnsafe(size);
      const last = bytes.subarray(Math.max(0, bytes.length - size));
      const start = (added + bytes.length - last.length) % size;
      const beforeEnd = last.subarray(0, size - start);
      memory.set(beforeEnd, start);
      memory.set(last.subarray(beforeEnd.length), 0);
      added += bytes.length;
    },
    read() {
      if (memory === undefined) return { kept: Buffer.alloc(0), gone: 0 };
      if (added <= size) return { kept: memory.subarray(0, added), gone: 0 };
      const start = added % size;
      return {
        kept: Buffer.concat([memory.subarray(start), memory.subarray(0, start)]),
        gone: added - size,
      };
    },
  };
}
