import { dirname, resolve } from 'node:path';
import { readDuration } from '../../contract/text/duration.ts';
import type { CommandRequest } from '../command/command.ts';
import { cookieVariable } from '../command/cookie.ts';
import { commandEnvironment } from '../command/environment.ts';
import type { Account } from '../command/runAs/account.ts';
import type { Step } from '../plan/schema.ts';
import type { AttemptFolder } from './attemptFolder.ts';
import type { StepContext } from './stepContext.ts';

/** What a step asks `runCommand` to run, except where its output goes. */
export function commandRequest(
  step: Step,
  context: StepContext,
  folder: AttemptFolder,
  account: Account | undefined,
): Omit<CommandRequest, 'onOutput'> {
  const [file, args = []] = step.cmd;
  return {
    file,
    args,
    cwd: resolve(dirname(context.plan.file), step.cwd ?? '.'),
    env: commandEnvironment(
      context.variables,
      step,
      {
        ...context.needsVariables,
        [cookieVariable]: context.variables[cookieVariable],
        NIGHTSHIFT_OUTPUT: folder.outputFile,
        NIGHTSHIFT_RUN_ID: context.runId,
        NIGHTSHIFT_TASK: step.task,
        NIGHTSHIFT_DATA: context.dataDir,
        ...envFileOf(context.variables),
      },
      account && { name: account.name, home: folder.home },
    ),
    account,
    timeoutMs: readDuration(step.timeout) ?? 0,
    idleTimeoutMs: step.idleTimeout === undefined ? undefined : readDuration(step.idleTimeout),
    graceMs: readDuration(step.grace) ?? 0,
    hangMs: context.hangMs,
    signal: context.signal,
    onBegin: context.onBegin,
    onStart: context.onStart,
  };
}

/** What runners read as their worker did, wherever they start. */
function envFileOf({ NIGHTSHIFT_ENV_FILE: file }: StepContext['variables']): Record<string, string> {
  return file?.trim() ? { NIGHTSHIFT_ENV_FILE: resolve(file.trim()) } : {};
}
