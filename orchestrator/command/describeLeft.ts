import { oneLine } from '../../contract/text/plainText.ts';
import type { CommandResult } from './command.ts';
import { readState, readUser } from './processTable.ts';
import { nameOfUser } from './runAs/account.ts';

// What forks without end could fill the log.
const maxNamed = 10;

/** Says of the processes that a command started what somebody who reads its log must know. */
export async function describeLeft({ leftBehind, survivors, goesOn }: CommandResult): Promise<string[]> {
  const said: string[] = [];
  if (survivors.length > 0) said.push(await describeSurvivors(survivors));
  else if (leftBehind) said.push('the command left processes behind, which were ended');
  if (goesOn)
    said.push(
      'a process that the command did not start holds its output open; its further output was not read',
    );
  return said;
}

/** Names what could not be ended as somebody would look for it, and says what to do. */
async function describeSurvivors(survivors: readonly number[]): Promise<string> {
  const named = await Promise.all(survivors.slice(0, maxNamed).map(describe));
  const more = survivors.length > maxNamed ? ` and ${survivors.length - maxNamed} more` : '';
  const numbers = survivors.slice(0, maxNamed).join(' ');
  const [them, their] = survivors.length === 1 ? ['it', "its user's"] : ['them', "their users'"];
  return `could not be ended and may still be running: ${named.join(', ')}${more}. End ${them} with ${their} rights: sudo kill -9 -- ${numbers}`;
}

async function describe(pid: number): Promise<string> {
  if (pid < 0) return `process group ${-pid}`;
  const [name, uid] = [readState(pid)?.name, readUser(pid)];
  const facts = [
    ...(name === undefined ? [] : [oneLine(name)]),
    ...(uid === undefined ? [] : [`of ${await nameOfUser(uid)}`]),
  ];
  return facts.length === 0 ? String(pid) : `${pid} (${facts.join(', ')})`;
}
