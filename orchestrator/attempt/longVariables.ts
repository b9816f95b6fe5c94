/**
 * What a command can be told by its environment, in bytes: Linux takes 128 KB for one variable; for all of them and the
 * arguments together macOS takes 1 MB, and Windows 32,767 characters.
 */
const limits =
  process.platform === 'win32' ? { one: 8 * 1024, all: 16 * 1024 } : { one: 96 * 1024, all: 512 * 1024 };

/**
 * Divides what a step is told into variables and what is too long for one: each value that is, and the longest ones
 * while all together are.
 */
export function divideVariables(
  told: Readonly<Record<string, string>>,
  { one, all } = limits,
): { variables: Record<string, string>; long: Record<string, string> } {
  const sized = Object.entries(told).map((entry) => ({
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
