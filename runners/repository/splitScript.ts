/** Splits a package.json script into its commands and their words, as a POSIX shell would; operators and redirections end a command. */
export function splitScript(script: string): string[][] {
  const commands: string[][] = [[]];
  for (const match of script.matchAll(tokens)) {
    const { operator, word } = match.groups ?? {};
    if (operator !== undefined) commands.push([]);
    if (word !== undefined) commands.at(-1)?.push(unquote(word));
  }
  return commands.filter((command) => command.length > 0);
}

/** Drops what stands before the program of a command: assignments and the wrappers that only set variables. */
export function withoutPrefixes(command: readonly string[]): string[] {
  const start = command.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word) && !wrappers.includes(word));
  return start === -1 ? [] : command.slice(start);
}

const wrappers = ['cross-env', 'cross-env-shell', 'env', 'exec', 'time', 'npx', 'bunx', '!'];

const tokens = /(?<operator>&&|\|\||[;|&()\n])|(?<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s;|&()'"\\])+)/g;

function unquote(word: string): string {
  return word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g, (_, single, double, escaped) => {
    return single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped;
  });
}
