import { printableJson } from '../../contract/text/plainText.ts';
import { showTime } from '../text/showTime.ts';
import type { CliContext, PrintedKey } from './context.ts';

/** Prints a new key: the key itself on stdout, alone, and what it is for people on stderr. */
export function printMadeKey(context: CliContext, key: PrintedKey, output: 'text' | 'json'): void {
  const { secret, name, prefix, scopes, expiresAt, where } = key;
  if (output === 'json') {
    const record = { secret, name, prefix, scopes, expires_at: expiresAt };
    context.stdout.write(`${printableJson(record, 2)}\n`);
    return;
  }
  const end = expiresAt === null ? 'does not expire' : `expires ${showTime(expiresAt)}`;
  context.print(
    `Created the key of ${name} (${scopes.join(', ')}), which ${end}. Save it now: it is not shown again.`,
  );
  if (where !== undefined) context.print(`It is in ${where}.`);
  context.stdout.write(`${secret}\n`);
}
