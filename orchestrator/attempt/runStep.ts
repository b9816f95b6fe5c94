import { dirname, resolve } from 'node:path';
import { ownValue } from '../../contract/ownValue.ts';
import { decodeText } from '../../contract/text/decodeText.ts';
import { type CommandRequest, type CommandResult, runCommand } from '../command/command.ts';
import { cookieVariable } from '../command/cookie.ts';
import { describeLeft } from '../command/describeLeft.ts';
import { commandEnvironment } from '../command/environment.ts';
import type { Account } from '../command/runAs/account.ts';
import { assumeAccount } from '../command/runAs/assumeAccount.ts';
import type { LinkRules } from '../outcome/links.ts';
import { decideOutcome, type Ending, type Outcome } from '../outcome/outcome.ts';
import { readOutputFile } from '../outcome/outputFile.ts';
import { createOutputScanner, previewOutput, readLinks } from '../outcome/outputs.ts';
import { cleanText } from '../output/cleanText.ts';
import { createExcerpt } from '../output/excerpt.ts';
import { maskSecrets } from '../output/maskSecrets.ts';
import { createOutputLines } from '../output/outputLines.ts';
import type { StepLog } from '../output/stepLog.ts';
import { readDuration } from '../plan/duration.ts';
import { approvalMode } from '../plan/planInput.ts';
import type { Plan, Step } from '../plan/schema.ts';
import { repoOfOrigin } from '../project/origin.ts';
import { type AttemptFolder, makeAttemptFolder } from './attemptFolder.ts';
import { divideVariables } from './longVariables.ts';

/** What a step needs of its run. */
export interface StepContext {
  plan: Plan;
  runId: string;
  dataDir: string;
  /** The orchestrator's own variables, of which the step sees what it may. */
  variables: Readonly<Record<string, string | undefined>>;
  secrets: readonly string[];
  /** What an account of a step's own must not reach: the data directory, `.env`, files of secrets. */
  privatePaths: readonly string[];
  /** Environment variables beside the step's own: the inputs of the run and the outputs of the steps that it needs. */
  needsVariables?: Readonly<Record<string, string>>;
  githubHosts: readonly string[];
  /** Where the checkout of the plan came from, as git has it. */
  origin?: string | undefined;
  log: StepLog;
  signal: AbortSignal;
  /** Has the command ended when its worker hangs for so many milliseconds. */
  hangMs?: number | undefined;
  onStart?(pid: number): void;
  onLine?(line: string): void;
  onAnnotation?(line: string): void;
}

/** One attempt at a step: when, how it ended, its outputs. */
export interface Attempt {
  outcome: Outcome;
  ending: Ending;
  startedAt: string;
  finishedAt: string;
  durationMs: number;
  /** The `key=value` pairs that it wrote to its output file. */
  outputs: Record<string, string>;
  /** The link that it declared, and those that it printed and that may be what it made. */
  links: { declared: string | null; candidates: readonly string[] };
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
        ...request(step, { ...context, needsVariables: fitted.variables }, folder, account),
        onOutput: (chunk, stream) => watch.take(chunk, stream),
      });
    });
    const durationMs = Math.round(performance.now() - begin);
    await watch.end();
    const { written, outputs, remarks: onOutputs } = await readOutputs(folder, context.secrets);
    watch.scan(written);
    const { links, remarks: onLinks } = readLinks(outputs, watch.printed());
    const made = previewOutput(links, rules);
    const reason = outputs.skip_reason || watch.lastLine();
    const outcome = decideOutcome(result.ending, { ...step, approval: approvalMode(step) }, made, reason);
    const remarks = [
      ...onOutputs,
      ...onLinks,
      ...(await describeLeft(result)).map((text) => maskSecrets(text, context.secrets)),
      ...(outcome.reason === null ? [] : [`${nameEnd(result.ending, outcome)}: ${outcome.reason}`]),
    ];
    await watch.remark(remarks.map((remark) => `[nightshift] ${remark}`));
    return {
      outcome,
      ending: result.ending,
      outputs,
      links,
      durationMs,
      logExcerpt: watch.excerpt(),
      startedAt: startedAt.toISOString(),
      finishedAt: new Date(startedAt.getTime() + durationMs).toISOString(),
    };
  } finally {
    await folder?.remove();
  }
}

/** One that its worker ended for its own end has not failed: its task waits for another. */
function nameEnd({ kind }: Ending, { status }: Outcome): string {
  return kind === 'interrupted' ? kind : status;
}

/** Reads what a step wrote to its output file, with secrets masked, and says what of it is no output. */
async function readOutputs(folder: AttemptFolder | undefined, secrets: readonly string[]) {
  const { bytes, isWhole, isOther } = (await folder?.readOutput()) ?? {
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

/** What runners read as their worker did, wherever they start. */
function envFileOf({ NIGHTSHIFT_ENV_FILE: file }: StepContext['variables']): Record<string, string> {
  return file?.trim() ? { NIGHTSHIFT_ENV_FILE: resolve(file.trim()) } : {};
}

function request(
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
    onStart: context.onStart,
  };
}

// The only commands of GitHub Actions that cannot change anything: a step's output must not give others.
const annotation = /^::(error|warning|notice)[ :]/;

/** Bytes that are followed at once: what is made of more of them would outlive more collections of young objects. */
const mostAtOnce = 16 * 1024;

/** Follows both streams: into the log, the excerpt, the links, the last line. */
function watchOutput(rules: LinkRules, { secrets, log, onLine, onAnnotation }: StepContext) {
  const scanner = createOutputScanner(rules);
  const scans = { stdout: scanner.follow(), stderr: scanner.follow() };
  const excerpt = createExcerpt();
  const linesOf = (stream: 'stdout' | 'stderr') =>
    createOutputLines(secrets, {
      onLink: scanner.scan,
      onText(text) {
        scans[stream].push(text);
        if (stream === 'stdout') scanner.declare(text);
      },
      onRow: excerpt.add,
    });
  const streams = { stdout: linesOf('stdout'), stderr: linesOf('stderr') };

  async function follow(lines: readonly string[]): Promise<void> {
    for (const line of lines) if (annotation.test(line)) onAnnotation?.(line);
    const latest = lines.findLast((line) => line.trim() !== '');
    if (latest !== undefined) onLine?.(latest);
    await log.write(lines);
  }

  return {
    async take(chunk: Uint8Array, stream: 'stdout' | 'stderr') {
      for (let from = 0; from < chunk.length; from += mostAtOnce)
        await follow(streams[stream].push(chunk.subarray(from, from + mostAtOnce)));
    },
    async end() {
      await follow(streams.stdout.end());
      await follow(streams.stderr.end());
      scanner.endDeclaring();
      scans.stdout.end();
      scans.stderr.end();
    },
    async remark(lines: readonly string[]) {
      for (const line of lines) excerpt.add({ text: line });
      await log.write(lines);
    },
    scan: scanner.scan,
    printed: scanner.printed,
    lastLine: () => (streams.stdout.lastLine() ?? streams.stderr.lastLine())?.trim(),
    excerpt: () => excerpt.toString(),
  };
}
