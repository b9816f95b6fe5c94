import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../benchmark.ts';
import { measureLargeRuns } from '../steps/largeRuns.ts';
import { measureManyWorkers } from '../steps/manyWorkers.ts';
import { measurePickUp } from '../steps/pickUp.ts';
import { openStage } from '../steps/stage.ts';
import { measureWaitingWorkers } from '../steps/waitingWorkers.ts';
import { measureWholeSteps } from '../steps/wholeStep.ts';

/** Whole steps through the command line's worker: how long one takes, how many a second, how soon one begins. */
export const steps: Benchmark = {
  name: 'steps',
  about: 'whole steps by `nightshift worker`: time of one, steps/s of four, pick-up, waiting',
  async run(bench) {
    const stage = openStage();
    const embeddedDir = mkdtempSync(join(tmpdir(), 'nightshift-bench-embedded-'));
    try {
      return [
        ...(await measureWholeSteps(bench, stage, embeddedDir)),
        ...(await measureManyWorkers(bench, stage)),
        ...(await measurePickUp(bench, stage)),
        ...(await measureWaitingWorkers(bench)),
        ...(await measureLargeRuns(bench)),
      ];
    } finally {
      await stage.close();
      rmSync(embeddedDir, { recursive: true, force: true, maxRetries: 5 });
    }
  },
};
