import type { Command } from 'commander';
import { readKeyFile } from '../keyFile.ts';
import { type CliContext, UserError } from './context.ts';

/** `nightshift key`: prints the machine's key, for other programs of its user. */
export function addKey(program: Command, context: CliContext): void {
  program
    .command('key')
    .description('print this machine’s key, which decisions, runs and workers need on this computer')
    .addHelpText(
      'after',
      `
The first start of a server creates it in NIGHTSHIFT_DATA/key, or in
NIGHTSHIFT_KEY_FILE; this command line reads it by itself. It works only for
requests from this computer. Anyone who has it can decide as "local": keep it
out of scripts, logs and the environment of steps. To change it, stop the
servers, delete the file and start them again.

curl:
  curl -X POST http://localhost:8001/agents/tasks/7/approve \\
    -H "X-Admin-Key: $(npx nightshift key)"

GraphiQL, in its Headers tab, which forgets it when you close the page:
  { "authorization": "Bearer <key>" }`,
    )
    .action(() => {
      const { keyFile } = context.config();
      const key = readKeyFile(keyFile);
      if (key === undefined) {
        throw new UserError(
          `You have no key in ${keyFile}. The first start of a server creates it: "npm start". Run this command in the server's directory, or with the same NIGHTSHIFT_DATA or NIGHTSHIFT_KEY_FILE.`,
        );
      }
      context.stdout.write(`${key}\n`);
    });
}
