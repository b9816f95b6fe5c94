/** A step of the model's plan; needs are places of steps before it. */
export interface ModelStep {
  needs: readonly number[];
  retries: number;
  /** The lock that it takes, if any. */
  lock: string | null;
  approval: 'auto' | 'always' | 'never';
}

/**
 * How an attempt ends in the model: `pull` is a success with a pull request, `returned` and `idle` are leases that were
 * given back, of a command that had begun and of one that had not.
 */
export type ModelEnding = 'ok' | 'pull' | 'skip' | 'fail' | 'lost' | 'returned' | 'idle';

interface ModelTask {
  run: ModelRun;
  step: number;
  status: string;
  approval: string | null;
  attempts: number;
  /** How many attempts there had been when it was last retried by hand. */
  base: number;
  /** How many of those since then were no tries. */
  idle: number;
  /** Whether a worker holds a lease of it, which it does after a cancellation until its command has ended. */
  isLeased: boolean;
}

interface ModelRun {
  id: string;
  tasks: ModelTask[];
}

/** What the engine must do with runs of one plan, in the plainest way: everything in memory, one thing after the other. */
export class GraphModel {
  readonly runs: ModelRun[];
  readonly #steps: readonly ModelStep[];
  readonly #concurrency: number;
  readonly #locks = new Map<string, ModelTask>();

  constructor(steps: readonly ModelStep[], concurrency: number, runIds: readonly string[]) {
    this.#steps = steps;
    this.#concurrency = concurrency;
    this.runs = runIds.map((id) => ({ id, tasks: [] }));
    for (const run of this.runs) {
      for (const step of steps.keys()) {
        const fresh = {
          status: 'queued',
          approval: null,
          attempts: 0,
          base: 0,
          idle: 0,
          isLeased: false,
        };
        run.tasks.push({ run, step, ...fresh });
      }
      this.#bringForward(run);
    }
  }

  get tasks(): ModelTask[] {
    return this.runs.flatMap(({ tasks }) => tasks);
  }

  /** What a worker may take now: a run has places for so many, and a lock is held by one. */
  get due(): ModelTask[] {
    return this.tasks.filter((task) => {
      const { needs, lock } = this.#step(task);
      const { tasks } = task.run;
      if (task.status !== 'queued' || needs.some((need) => tasks[need]?.status !== 'succeeded')) return false;
      if (lock !== null && this.#locks.has(lock)) return false;
      return tasks.filter(({ status }) => status === 'running').length < this.#concurrency;
    });
  }

  lease(task: ModelTask): void {
    const { lock } = this.#step(task);
    if (lock !== null) this.#locks.set(lock, task);
    Object.assign(task, { status: 'running', isLeased: true, attempts: task.attempts + 1 });
  }

  finish(task: ModelTask, ending: ModelEnding): void {
    const { retries, approval } = this.#step(task);
    task.isLeased = false;
    const { lock } = this.#step(task);
    if (lock !== null) this.#locks.delete(lock);
    if (task.status === 'running') {
      if (ending === 'skip') task.status = 'skipped';
      else if (ending === 'ok' || ending === 'pull') {
        const asks = approval === 'always' || (approval === 'auto' && ending === 'pull');
        task.status = asks ? 'awaiting_approval' : 'succeeded';
        if (asks) task.approval = 'pending';
      } else if (ending !== 'idle' && task.attempts - task.base - task.idle > retries) task.status = 'failed';
      else task.status = 'queued';
    }
    if (ending === 'idle') task.idle += 1;
    this.#bringForward(task.run);
  }

  /** Says whether the decision is allowed, and makes it. */
  decide(task: ModelTask, action: 'approve' | 'reject' | 'cancel'): boolean {
    const isOpen = task.status === 'queued' || task.status === 'running';
    if (!(task.status === 'awaiting_approval' || (action === 'cancel' && isOpen))) return false;
    const [status, approval] = {
      approve: ['succeeded', 'approved'],
      reject: ['failed', 'rejected'],
      cancel: ['skipped', 'cancelled'],
    }[action] as [string, string];
    Object.assign(task, { status, approval });
    this.#bringForward(task.run);
    return true;
  }

  cancelRun(run: ModelRun): void {
    const open = run.tasks.filter(({ status }) => status === 'queued' || status === 'running');
    for (const task of open) Object.assign(task, { status: 'skipped', approval: 'cancelled' });
    this.#bringForward(run);
  }

  /** Says whether the run may be retried, and does it. */
  retryRun(run: ModelRun, mode: 'failed' | 'all' | 'from', from: number): boolean {
    const wanted = this.#dependants(from);
    return this.#retry(
      run,
      run.tasks.filter(
        (task) => mode === 'all' || (mode === 'failed' ? hasGoneWrong(task) : wanted.has(task.step)),
      ),
    );
  }

  retryTask(task: ModelTask): boolean {
    if (task.status !== 'failed' && task.status !== 'skipped') return false;
    const wanted = this.#dependants(task.step);
    return this.#retry(
      task.run,
      task.run.tasks.filter((one) => one === task || (wanted.has(one.step) && hasGoneWrong(one))),
    );
  }

  #retry(run: ModelRun, chosen: ModelTask[]): boolean {
    const again = chosen.filter(
      ({ status, approval }) =>
        ['succeeded', 'failed', 'skipped'].includes(status) && approval !== 'approved',
    );
    if (again.some(({ isLeased }) => isLeased)) return false;
    for (const task of again)
      Object.assign(task, { status: 'queued', approval: null, base: task.attempts, idle: 0 });
    this.#bringForward(run);
    return true;
  }

  #dependants(first: number): Set<number> {
    const found = new Set([first]);
    for (const [step, { needs }] of this.#steps.entries())
      if (needs.some((need) => found.has(need))) found.add(step);
    return found;
  }

  #bringForward({ tasks }: ModelRun): void {
    for (const task of tasks.filter(({ status }) => status === 'queued')) {
      const states = this.#step(task).needs.map((need) => tasks[need]?.status);
      if (states.includes('failed') || states.includes('skipped')) task.status = 'skipped';
    }
  }

  #step({ step }: ModelTask): ModelStep {
    return this.#steps[step] as ModelStep;
  }
}

function hasGoneWrong({ status, approval, attempts, base }: ModelTask): boolean {
  return status === 'failed' || (status === 'skipped' && (attempts === base || approval === 'cancelled'));
}
