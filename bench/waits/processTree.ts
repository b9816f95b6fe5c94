import { readdirSync, readFileSync } from 'node:fs';

/** Ends a process at once, with its group and all that they have started, as far as the system tells what that is. */
export function endTree(pid: number): void {
  for (const one of [...descendantsOf(pid).reverse(), -pid, pid]) send(one);
}

/** Ends the processes that this one has started with an argument, for those that other code than ours has started. */
export function endChildrenWith(argument: string): void {
  for (const pid of descendantsOf(process.pid)) {
    if (readFile(`/proc/${pid}/cmdline`).split('\0').includes(argument)) endTree(pid);
  }
}

function send(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** What a process has started and what those have, parents first; empty where there is no /proc. */
function descendantsOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const [child, parent] of parents()) children.set(parent, [...(children.get(parent) ?? []), child]);
  const found = [...(children.get(pid) ?? [])];
  for (const one of found) found.push(...(children.get(one) ?? []));
  return found;
}

function parents(): [child: number, parent: number][] {
  return listProcesses().flatMap((pid) => {
    const text = readFile(`/proc/${pid}/stat`);
    const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
    return parent > 0 ? [[pid, parent] as [number, number]] : [];
  });
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
