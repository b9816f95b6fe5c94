/** A step of the model's plan; needs are places of steps before it. */
export interface ModelStep {
  needs: readonly number[];
  retries: number;
  /** The lock that it takes, if any. */
  lock: string | null;
  approval: 'auto' | 'always' | 'never';
}

/** How an attempt ends in the model: `pull` is a success with a pull request. */
export type ModelEnding = 'ok' | 'pull' | 'skip' | 'fail' | 'lost';

interface ModelTask {
  run: ModelRun;
  step: number;
  status: string;
  approval: string | null;
  attempts: number;
  /** How many attempts there had been when it was last retried by hand. */
  base: number;
  /** Whether a worker may take it now. */
  isDue: boolean;
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
          isDue: false,
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

  lease(task: ModelTask): void {
    Object.assign(task, { status: 'running', isDue: false, isLeased: true, attempts: task.attempts + 1 });
  }

  finish(task: ModelTask, ending: ModelEnding): void {
    const { retries, approval } = this.#step(task);
    task.isLeased = false;
    if (task.status === 'running') {
      if (ending === 'skip') task.status = 'skipped';
      else if (ending === 'ok' || ending === 'pull') {
        const asks = approval === 'always' || (approval === 'auto' && ending === 'pull');
        task.status = asks ? 'awaiting_approval' : 'succeeded';
        if (asks) task.approval = 'pending';
      } else if (task.attempts - task.base > retries) task.status = 'failed';
      else {
        Object.assign(task, { status: 'queued', isDue: true });
        return;
      }
    }
    this.#ended(task);
  }

  /** Says whether the decision is allowed, and makes it. */
  decide(task: ModelTask, action: 'approve' | 'reject' | 'cancel'): boolean {
    const isOpen = task.status === 'queued' || task.status === 'running';
    if (!(task.status === 'awaiting_approval' || (action === 'cancel' && isOpen))) return false;
    const [status, approval] = {
      ...{
        approve: ['succeeded', 'approved'],
        reject: ['failed', 'rejected'],
        cancel: ['skipped', 'cancelled'],
      },
    }[action] as [string, string];
    Object.assign(task, { status, approval, isDue: false });
    this.#ended(task);
    return true;
  }

  cancelRun(run: ModelRun): void {
    const open = run.tasks.filter(({ status }) => status === 'queued' || status === 'running');
    for (const task of open) Object.assign(task, { status: 'skipped', approval: 'cancelled', isDue: false });
    for (const task of open.toSorted((a, b) => lockOrder(this.#step(a), this.#step(b)))) this.#ended(task);
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
    for (const task of again) Object.assign(task, { status: 'queued', approval: null, base: task.attempts });
    // What was due because of a need that is made again waits for it again.
    for (const task of run.tasks.filter(({ isDue }) => isDue)) {
      if (!this.#step(task).needs.some((need) => again.includes(run.tasks[need] as ModelTask))) continue;
      task.isDue = false;
      this.#ended(task);
    }
    this.#bringForward(run);
    return true;
  }

  #dependants(first: number): Set<number> {
    const found = new Set([first]);
    for (const [step, { needs }] of this.#steps.entries())
      if (needs.some((need) => found.has(need))) found.add(step);
    return found;
  }

  #ended(task: ModelTask): void {
    const { lock } = this.#step(task);
    const waiting: ModelRun[] = [];
    if (lock !== null && this.#locks.get(lock) === task && !task.isLeased) {
      this.#locks.delete(lock);
      waiting.push(...this.runs.filter(({ tasks }) => tasks.some((one) => this.#waitsFor(one, lock))));
    }
    for (const run of new Set([task.run, ...waiting])) this.#bringForward(run);
  }

  #waitsFor(task: ModelTask, lock: string): boolean {
    return isWaiting(task) && this.#step(task).lock === lock;
  }

  #bringForward({ tasks }: ModelRun): void {
    for (const task of tasks.filter(isWaiting)) {
      const states = this.#step(task).needs.map((need) => tasks[need]?.status);
      if (states.includes('failed') || states.includes('skipped')) task.status = 'skipped';
    }
    for (const task of tasks.filter(isWaiting)) {
      const underway = tasks.filter(({ status, isDue }) => status === 'running' || isDue).length;
      const { needs, lock } = this.#step(task);
      if (underway >= this.#concurrency || needs.some((need) => tasks[need]?.status !== 'succeeded'))
        continue;
      if (lock !== null && (this.#locks.get(lock) ?? task) !== task) continue;
      if (lock !== null) this.#locks.set(lock, task);
      task.isDue = true;
    }
  }

  #step({ step }: ModelTask): ModelStep {
    return this.#steps[step] as ModelStep;
  }
}

function isWaiting({ status, isDue }: ModelTask): boolean {
  return status === 'queued' && !isDue;
}

function hasGoneWrong({ status, approval, attempts, base }: ModelTask): boolean {
  return status === 'failed' || (status === 'skipped' && (attempts === base || approval === 'cancelled'));
}

function lockOrder(one: ModelStep, other: ModelStep): number {
  return (one.lock ?? '').localeCompare(other.lock ?? '');
}
