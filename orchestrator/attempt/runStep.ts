import { type Judgement, judgeEnding } from '../../contract/outcome/judgeAttempt.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { knownStep } from '../../contract/plan/step.ts';
import { ownRepositoryOf } from '../../contract/pulls/ownRepository.ts';
import { decodeText } from '../../contract/text/decodeText.ts';
import { type CommandResult, runCommand } from '../command/command.ts';
import { describeLeft } from '../command/describeLeft.ts';
import { assumeAccount } from '../command/runAs/assumeAccount.ts';
import { type Ending, endedAttempt } from '../outcome/ending.ts';
import type { LinkRules } from '../outcome/links.ts';
import { readOutputFile } from '../outcome/outputFile.ts';
import { chosenOutput, type MadeOutput, readLinks } from '../outcome/outputs.ts';
import { cleanText } from '../output/cleanText.ts';
import { maskSecrets } from '../output/maskSecrets.ts';
import type { Step } from '../plan/schema.ts';
import { repoOfOrigin } from '../project/origin.ts';
import { type AttemptFolder, makeAttemptFolder } from './attemptFolder.ts';
import { commandRequest } from './commandRequest.ts';
import { divideVariables } from './longVariables.ts';
import type { StepContext } from './stepContext.ts';
import { watchOutput } from './watchOutput.ts';

/** One attempt at a step: when, how it ended, its outputs. */
export interface Attempt {
  ending: Ending;
  /** Why it ended so, in a few words; null for a plain success. */
  reason: string | null;
  startedAt: string;
  finishedAt: string;
  durationMs: number;
  /** The `key=value` pairs that it wrote to its output file. */
  outputs: Record<string, string>;
  /** The link that it declared, and those that it printed and that may be what it made. */
  links: { declared: string | null; candidates: readonly string[] };
  /** What the server will most likely choose of these. */
  made: MadeOutput;
  logExcerpt: string;
}

/** Runs the command of a step and reads what it came to; never throws for what the command does. */
export async function runStep(step: Step, context: StepContext): Promise<Attempt> {
  const { githubHosts, origin = '' } = context;
  const rules: LinkRules = {
    own: step.repo ?? repoOfOrigin(origin),
    isNamed: step.repo !== undefined,
    githubHosts,
  };
  const watch = watchOutput(rules, context);
  const startedAt = new Date();
  const begin = performance.now();
  let folder: AttemptFolder | undefined;
  const unset = step.secrets.filter((name) => !ownValue(context.variables, name));
  if (unset.length > 0) await watch.remark([`[nightshift] secrets not set here: ${unset.join(', ')}`]);
  try {
    const result = await startable(async () => {
      const account =
        step.runAs && (await assumeAccount(step.runAs, { ...context, planFile: context.plan.file }));
      folder = await makeAttemptFolder(account);
      const fitted = await writeLongVariables(context.needsVariables ?? {}, folder);
      await watch.remark(fitted.remarks.map((remark) => `[nightshift] ${remark}`));
      return runCommand({
        ...commandRequest(step, { ...context, needsVariables: fitted.variables }, folder, account),
        onOutput: (chunk, stream) => watch.take(chunk, stream),
      });
    });
    const durationMs = Math.round(performance.now() - begin);
    await watch.end();
    const { written, outputs, remarks: onOutputs } = readOutputs(folder, context.secrets);
    watch.scan(written);
    const { links, remarks: onLinks } = readLinks(outputs, watch.printed());
    const made = chosenOutput(links, ownRepositoryOf({ origin, repo: step.repo }, githubHosts), githubHosts);
    const skipReason = outputs.skip_reason || watch.lastLine();
    const judged = judgeEnding(
      { reason: skipReason, ...endedAttempt(result.ending) },
      knownStep(step),
      made.holds,
    );
    const remarks = [
      ...onOutputs,
      ...onLinks,
      ...(await describeLeft(result)).map((text) => maskSecrets(text, context.secrets)),
      ...(judged.reason === null ? [] : [`${nameEnd(result.ending, judged)}: ${judged.reason}`]),
    ];
    await watch.remark(remarks.map((remark) => `[nightshift] ${remark}`));
    return {
      ending: result.ending,
      reason: judged.reason,
      outputs,
      links,
      made,
      durationMs,
      logExcerpt: watch.excerpt(),
      startedAt: startedAt.toISOString(),
      finishedAt: new Date(startedAt.getTime() + durationMs).toISOString(),
    };
  } finally {
    folder?.remove();
  }
}

/** One that its worker ended for its own end has not failed: its task waits for another. */
function nameEnd({ kind }: Ending, { status }: Judgement): string {
  return kind === 'interrupted' ? kind : status;
}

/** Reads what a step wrote to its output file, with secrets masked, and says what of it is no output. */
function readOutputs(folder: AttemptFolder | undefined, secrets: readonly string[]) {
  const { bytes, isWhole, isOther } = folder?.readOutput() ?? {
    bytes: new Uint8Array(),
    isWhole: true,
    isOther: false,
  };
  const written = maskSecrets(cleanText(decodeText(bytes)), secrets);
  const { outputs, remarks } = readOutputFile(written);
  if (isOther) remarks.push('the output file is no longer a plain file of the step, so it was not read');
  if (!isWhole) remarks.push(`only the first ${bytes.length} bytes of the output file were read`);
  return { written, outputs, remarks };
}

/** Puts what is too long for a variable into files, each named by a variable that ends in `_FILE`. */
async function writeLongVariables(all: Readonly<Record<string, string>>, folder: AttemptFolder) {
  const { variables, long } = divideVariables(all);
  const isTaken = (name: string) => ownValue(all, `${name}_FILE`) !== undefined;
  const files = await Promise.all(
    Object.entries(long).flatMap(([name, text]) =>
      isTaken(name) ? [] : [folder.keep(name, text).then((path) => [`${name}_FILE`, path] as const)],
    ),
  );
  const remarks = Object.keys(long).map((name) =>
    isTaken(name)
      ? `${name} is too long for a variable and was left out: ${name}_FILE, which would name its file, is itself an output`
      : `${name} is too long for a variable: it is in the file that ${name}_FILE names`,
  );
  return { variables: { ...variables, ...Object.fromEntries(files) }, remarks };
}

/** What keeps a command from being started is the end of its attempt, and not of the worker. */
async function startable(start: () => Promise<CommandResult>): Promise<CommandResult> {
  try {
    return await start();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ending: { kind: 'unstartable', why }, leftBehind: false, survivors: [] };
  }
}
