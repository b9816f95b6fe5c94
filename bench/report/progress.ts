/** Tells the person at the terminal what is going on. */
export type Progress = (message: string) => void;

/** Writes each message as a line on stderr, with the seconds since the start, so that stdout holds the table alone. */
export function progressOnStderr(): Progress {
  const began = performance.now();
  return (message) => {
    const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(4);
    process.stderr.write(`${seconds} s  ${message}\n`);
  };
}
