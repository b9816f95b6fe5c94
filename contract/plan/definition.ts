// Written by `npm run generate` from the options in this folder.
import type * as z from 'zod';

type PlanInput = z.input<typeof import('./plan.ts').planFile>;

/** What a plan file holds. */
export interface PlanDefinition {
  /** Begins the id of each run: `<name>-YYYY-MM-DD` (UTC), with `-2`, `-3` for more runs on the same day, after the prefix of its project. At most 48 characters. @default the file's name */
  name?: PlanInput['name'];
  /** Whose plan it is, such as `'acme/site'`. Not part of the plan's content. @default see Projects */
  project?: PlanInput['project'];
  /** Cron fields at which `nightshift up` (`npm start`) starts a run. See Schedule. @default none */
  schedule?: PlanInput['schedule'];
  /** Time zone of the schedule. @default `'UTC'` */
  timezone?: PlanInput['timezone'];
  /** What to do about runs missed while the server was down: `'skip'` none, `'latest'` start the last one, `'all'` start each. See Catching up. @default `'latest'` */
  catchUp?: PlanInput['catchUp'];
  /** How many tasks of a run may run at once, at most 100. @default `1` */
  concurrency?: PlanInput['concurrency'];
  /** Which failures, recoveries and summaries you are notified of, and when. */
  notify?: Exclude<PlanInput['notify'], object> | NotifyDefinition;
  /** How long no worker may ask for a task before you are notified. @default `'1h'` */
  unclaimedAfter?: PlanInput['unclaimedAfter'];
  /** After how long such a task fails. Not shorter than `unclaimedAfter`. @default `'24h'` */
  unclaimedFails?: PlanInput['unclaimedFails'];
  /** At least one. */
  steps: readonly StepDefinition[];
}

type StepInput = z.input<typeof import('./step.ts').stepFile>;

/** One entry of a plan. */
export interface StepDefinition {
  /** Name of the step and its tasks, unique in the plan: 1 to 64 letters, digits, `.`, `_`, `:` or `-`. */
  task: StepInput['task'];
  /** `[program, [arguments]]`. Executed directly, without a shell. */
  cmd: StepInput['cmd'];
  /** Names of the steps that must succeed, or be approved, first. @default none */
  needs?: StepInput['needs'];
  /** Conditions. If one does not hold, the step is skipped. @default always */
  when?: Exclude<StepInput['when'], object> | ConditionDefinition;
  /** Environment variables. A string sets a value; `true` passes through the worker's. @default none */
  env?: StepInput['env'];
  /** Names of the worker's variables to pass through. Their values are masked in all output. @default none */
  secrets?: StepInput['secrets'];
  /** Where to run, relative to the plan. @default the plan's directory */
  cwd?: StepInput['cwd'];
  /** Whose rights the command has: a user, or `{ user, group, home }`. @default the worker's user */
  runAs?: Exclude<StepInput['runAs'], object> | RunAsDefinition;
  /** Ends the command after this time; the task has failed then. @default `'1h'` */
  timeout?: StepInput['timeout'];
  /** Ends the command after this long without output. Shorter than `timeout`. @default none */
  idleTimeout?: StepInput['idleTimeout'];
  /** Time between SIGTERM and SIGKILL. @default `'10s'` */
  grace?: StepInput['grace'];
  /** What happens to the command if its worker cannot reach the server for as long as the lease holds. `'end'` ends it. @default `'goOn'` */
  onLostContact?: StepInput['onLostContact'];
  /** How many attempts may follow the first, at most 20. @default `0` */
  retries?: StepInput['retries'];
  /** The pause before the first retry, by how much each further pause grows, and the longest pause. @default `{ delay: '10s', factor: 2, max: '10m' }` */
  backoff?: Exclude<StepInput['backoff'], object> | BackoffDefinition;
  /** Which failures are retried. @default `['exit', 'timeout', 'lost']` */
  retryOn?: StepInput['retryOn'];
  /** Tasks with the same lock never run at the same time, across all runs and machines. @default none */
  lock?: StepInput['lock'];
  /** Only workers with all of these labels take it (`nightshift worker --labels linux,gpu`). `nightshift run` ignores labels. @default none */
  labels?: StepInput['labels'];
  /** When the output needs approval. `'auto'`: if it is a pull request. `'always'`: after every success. `'never'`. Or a policy. @default `'auto'` */
  approval?: Exclude<StepInput['approval'], object> | ApprovalDefinition;
  /** Ask for approval before the command runs: `true`, or a policy. @default no gate */
  gate?: Exclude<StepInput['gate'], object> | GateDefinition;
  /** If an earlier run of this step is still pending approval: `'run'` anyway, `'skip'` this one, or `'supersede'`: of several runs only the latest keeps its approval, and the others are cancelled. @default `'run'`, with a `gate` `'supersede'` */
  onOpen?: StepInput['onOpen'];
  /** The exit code that means "nothing to do", so that the task is skipped. `false`: none, for commands in which 77 is an error, such as `curl`. @default `77` */
  skipCode?: StepInput['skipCode'];
  /** `owner/name` whose pull requests are the step's own. Others do not count. @default that of the checkout's `origin` */
  repo?: StepInput['repo'];
  /** An object that is kept with the task, for the record. @default command and flags */
  inputs?: StepInput['inputs'];
}

type ConditionInput = z.input<typeof import('./condition.ts').conditionFile>;

/** When a step runs at all. */
export interface ConditionDefinition {
  /** the worker's system is this one, or one of a list: `'linux'`, `'darwin'`, `'win32'` … */
  platform?: ConditionInput['platform'];
  /** this branch is checked out in the step's directory, or one of a list; `*` matches anything: `'release/*'` */
  branch?: ConditionInput['branch'];
  /** each variable of the worker has this value; `true`: any value, `false`: none */
  env?: ConditionInput['env'];
  /** each output of a needed step, as `'build.app.version'`, has this value; `true`: any value, `false`: none */
  outputs?: ConditionInput['outputs'];
}

type RunAsInput = z.input<typeof import('./runAs.ts').runAsObject>;

/** Whose rights a command has. */
export interface RunAsDefinition {
  /** Name or number (`'1001'`), never root. */
  user: RunAsInput['user'];
  /** Name or number. The command is in no other group. @default the user's own */
  group?: RunAsInput['group'];
  /** Absolute path of a directory that the user owns. @default the user's home, otherwise an empty directory that is removed when the attempt ends */
  home?: RunAsInput['home'];
}

type BackoffInput = z.input<typeof import('./backoff.ts').backoffFile>;

/** The pauses between attempts. */
export interface BackoffDefinition {
  /** The pause before the first retry. @default `'10s'` */
  delay?: BackoffInput['delay'];
  /** How many times longer each further pause is. @default `2` */
  factor?: BackoffInput['factor'];
  /** The longest pause. @default `'10m'` */
  max?: BackoffInput['max'];
}

type ApprovalInput = z.input<typeof import('./approvalPolicy.ts').approvalFile>;

/** When a step awaits approval, and how that is decided. */
export interface ApprovalDefinition {
  /** When the output needs approval: `'auto'`, `'always'` or `'never'`. @default `'auto'` */
  mode?: ApprovalInput['mode'];
  /** Who may approve and reject, among those with the `approve` scope: viewers, and groups as `group:release`. All with that scope may still cancel. @default everybody */
  approvers?: ApprovalInput['approvers'];
  /** How many different people must approve. One rejection ends it at once. @default `1` */
  required?: ApprovalInput['required'];
  /** Prevents self-approval: whoever started the run or wrote the pull request may not approve. @default `false` */
  denySelf?: ApprovalInput['denySelf'];
  /** How long it waits, or `'never'`. @default `'72h'` */
  expiresAfter?: ApprovalInput['expiresAfter'];
  /** What happens then: `'expire'` (`failed`, with `approval_state` `expired`), `'reject'`, `'approve'` or `'escalate'`. @default `'expire'` */
  onExpire?: ApprovalInput['onExpire'];
  /** After which parts of that time the server reminds you. @default `['50%', '90%']` */
  remind?: ApprovalInput['remind'];
  /** With `'escalate'`: who else may decide from then on. It waits for the same time once more, and then expires. */
  escalateTo?: ApprovalInput['escalateTo'];
  /** With `'high'`, only a person who proves who they are at that moment can approve: see High risk. @default `'low'` */
  risk?: ApprovalInput['risk'];
  /** What an approval does to the pull request: `'merge'` or `'label:NAME'`. @default `'none'` */
  onApprove?: ApprovalInput['onApprove'];
}

type GateInput = z.input<typeof import('./approvalPolicy.ts').gateFile>;

/** How a step is approved before it runs. */
export interface GateDefinition {
  /** Who may approve and reject, among those with the `approve` scope: viewers, and groups as `group:release`. All with that scope may still cancel. @default everybody */
  approvers?: GateInput['approvers'];
  /** How many different people must approve. One rejection ends it at once. @default `1` */
  required?: GateInput['required'];
  /** Prevents self-approval: whoever started the run or wrote the pull request may not approve. @default `false` */
  denySelf?: GateInput['denySelf'];
  /** How long it waits, or `'never'`. @default `'72h'` */
  expiresAfter?: GateInput['expiresAfter'];
  /** What happens then: `'expire'` (`failed`, with `approval_state` `expired`), `'reject'`, `'approve'` or `'escalate'`. @default `'expire'` */
  onExpire?: GateInput['onExpire'];
  /** After which parts of that time the server reminds you. @default `['50%', '90%']` */
  remind?: GateInput['remind'];
  /** With `'escalate'`: who else may decide from then on. It waits for the same time once more, and then expires. */
  escalateTo?: GateInput['escalateTo'];
  /** With `'high'`, only a person who proves who they are at that moment can approve: see High risk. @default `'low'` */
  risk?: GateInput['risk'];
}

type NotifyInput = z.input<typeof import('./notify.ts').notifyFile>;

/** Which events of the runs of a plan you are notified of, and when. */
export interface NotifyDefinition {
  /** A step failed that did not fail in the run before. @default `'now'` */
  failure?: NotifyInput['failure'];
  /** A step failed again. @default `'digest'` */
  repeat?: NotifyInput['repeat'];
  /** A step succeeded that had failed in the run before. @default `'now'` */
  recovery?: NotifyInput['recovery'];
  /** A run has nothing left to do: the outcome of each task. @default `'now'` */
  summary?: NotifyInput['summary'];
  /** No worker asks for a task that is ready. @default `'now'` */
  unclaimed?: NotifyInput['unclaimed'];
  /** A scheduled run was skipped, missed or failed. @default `'now'` */
  schedule?: NotifyInput['schedule'];
}
