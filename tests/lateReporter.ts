import type { Reporter, TestCase, TestModule } from 'vitest/node';

const minuteMs = 60_000;

/** From so many minutes on a test or a file is named as still running. */
const lateAfterMinutes = 3;

/**
 * Says once a minute which tests have been running for long, and each failure when it happens, so that a run that is
 * stopped from outside has said what it hung on.
 */
export default class LateReporter implements Reporter {
  #began = new Map<TestModule | TestCase, number>();
  #timer: NodeJS.Timeout | undefined;

  onTestRunStart(): void {
    this.#timer = setInterval(() => this.#tell(), minuteMs);
  }

  onTestModuleQueued(module: TestModule): void {
    this.#began.set(module, performance.now());
  }

  onTestModuleEnd(module: TestModule): void {
    this.#began.delete(module);
  }

  onTestCaseReady(test: TestCase): void {
    this.#began.set(test, performance.now());
  }

  onTestCaseResult(test: TestCase): void {
    this.#began.delete(test);
    const { state, errors = [] } = test.result();
    if (state === 'failed') console.log(`[failed] ${nameOf(test)}: ${errors[0]?.message}`);
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    for (const [entity, since] of this.#began) {
      const minutes = Math.floor((performance.now() - since) / minuteMs);
      if (minutes >= lateAfterMinutes) console.log(`[still running after ${minutes} min] ${nameOf(entity)}`);
    }
  }
}

function nameOf(entity: TestModule | TestCase): string {
  return entity.type === 'module'
    ? entity.relativeModuleId
    : `${entity.module.relativeModuleId} > ${entity.fullName}`;
}
