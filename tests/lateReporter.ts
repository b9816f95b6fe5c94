import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

const minuteMs = 60_000;

/** Where the names of the tests stand that needed a second try. */
export const retriedFile = 'coverage/retried.json';

/** From so many minutes on a test or a file is named as still running. */
const lateAfterMinutes = 3;

/**
 * Says once a minute which tests have been running for long, and each failure when it happens, so that a run that is
 * stopped from outside has said what it hung on. At the end it names the tests that passed at their second try only, and
 * writes them to a file.
 */
export default class LateReporter implements Reporter {
  /** When each began, and its name, by its id: the object of a file is another one once its tests are known. */
  #began = new Map<string, { name: string; since: number }>();
  #timer: NodeJS.Timeout | undefined;
  #retried: string[] = [];

  onTestRunStart(): void {
    this.#timer = setInterval(() => this.#tell(), minuteMs);
  }

  onTestModuleQueued(module: TestModule): void {
    this.#begin(module);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#began.delete(module.id);
  }

  onTestCaseReady(test: TestCase): void {
    this.#begin(test);
  }

  onTestCaseResult(test: TestCase): void {
    this.#began.delete(test.id);
    const { state, errors = [] } = test.result();
    if (test.diagnostic()?.flaky) this.#retried.push(nameOf(test));
    if (state === 'failed') console.log(`[failed] ${nameOf(test)}: ${errors[0]?.message}`);
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
    mkdirSync(dirname(retriedFile), { recursive: true });
    writeFileSync(retriedFile, JSON.stringify(this.#retried));
    for (const name of this.#retried) console.log(`[passed at its second try] ${name}`);
  }

  #begin(entity: TestModule | TestCase): void {
    this.#began.set(entity.id, { name: nameOf(entity), since: performance.now() });
  }

  #tell(): void {
    for (const { name, since } of this.#began.values()) {
      const minutes = Math.floor((performance.now() - since) / minuteMs);
      if (minutes >= lateAfterMinutes) console.log(`[still running after ${minutes} min] ${name}`);
    }
  }
}

function nameOf(entity: TestModule | TestCase): string {
  return entity.type === 'module'
    ? entity.relativeModuleId
    : `${entity.module.relativeModuleId} > ${entity.fullName}`;
}
