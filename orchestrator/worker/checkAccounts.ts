import { readFileSync } from 'node:fs';
import { assumeAccount } from '../command/runAs/assumeAccount.ts';
import type { Plan } from '../plan/schema.ts';

/** Says of each step with an account of its own whether it would be refused on this machine now, and not only at night. */
export async function checkAccounts(
  { steps, file }: Pick<Plan, 'steps' | 'file'>,
  privatePaths: readonly string[],
  log: (text: string) => void,
): Promise<void> {
  if (process.getuid?.() === 0 && steps.some(({ runAs }) => runAs) && !maySeeOthers(readStatus()))
    log(
      'This worker lacks the capability SYS_PTRACE: processes that a step with runAs moves out of its process group keep running after it, unless it has a control group.',
    );
  for (const { task, runAs } of steps) {
    if (runAs === undefined) continue;
    await assumeAccount(runAs, { privatePaths, planFile: file }).catch((error: unknown) => {
      log(`${task} cannot be started here: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

/** Says by `/proc/self/status` whether a process may read the environments of other users' processes. */
export function maySeeOthers(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status)?.[1];
  return effective === undefined || (BigInt(`0x${effective}`) >> capSysPtrace) % 2n === 1n;
}

const capSysPtrace = 19n;

function readStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'utf8');
  } catch {
    return '';
  }
}
