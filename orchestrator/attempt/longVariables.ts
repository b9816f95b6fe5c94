/**
 * How much the environment of a command may hold, in bytes: Linux takes 128 KB for one variable; for all of them and the
 * arguments together macOS takes 1 MB, and Windows 32,767 characters.
 */
const limits =
  process.platform === 'win32' ? { one: 8 * 1024, all: 16 * 1024 } : { one: 96 * 1024, all: 512 * 1024 };

/**
 * Separates the variables that fit from those that are too long: each one over the limit, and the longest ones while all
 * together are over theirs.
 */
export function divideVariables(
  needsVariables: Readonly<Record<string, string>>,
  { one, all } = limits,
): { variables: Record<string, string>; long: Record<string, string> } {
  const sized = Object.entries(needsVariables).map((entry) => ({
    entry,
    bytes: Buffer.byteLength(entry.join('=')) + 1,
  }));
  sized.sort((a, b) => a.bytes - b.bytes);
  let sum = 0;
  const fitting = sized.filter(({ bytes }) => {
    sum += bytes;
    return bytes <= one && sum <= all;
  });
  const long = sized.slice(fitting.length);
  return {
    variables: Object.fromEntries(fitting.map(({ entry }) => entry)),
    long: Object.fromEntries(long.map(({ entry }) => entry)),
  };
}
