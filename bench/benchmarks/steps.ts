import type { Benchmark } from '../benchmark.ts';
import { startBareSteps } from '../steps/bareSteps.ts';
import { measureEmbeddedMemory, measureIdleMemory } from '../steps/idleMemory.ts';
import { measureLargeRuns } from '../steps/largeRuns.ts';
import { measureManySteps } from '../steps/manySteps.ts';
import { measureManyWorkers } from '../steps/manyWorkers.ts';
import { measurePickUp } from '../steps/pickUp.ts';
import { openStage } from '../steps/stage.ts';
import { measureStartingCommands } from '../steps/startingCommands.ts';
import { measureWaitingWorkers } from '../steps/waitingWorkers.ts';
import { measureWholeSteps } from '../steps/wholeStep.ts';

/** Whole steps through the command line's worker: how long one takes, how many a second, how soon one begins. */
export const steps: Benchmark = {
  name: 'steps',
  about: 'steps of `nightshift worker` against bare spawning; waiting workers',
  async run(bench) {
    const stage = openStage();
    const bare = await startBareSteps();
    try {
      return [
        ...(await measureStartingCommands(bench)),
        ...(await measureWholeSteps(bench, stage, bare)),
        ...(await measureManySteps(bench, stage, bare)),
        ...(await measureManyWorkers(bench, stage)),
        ...(await measurePickUp(bench, stage, bare)),
        ...(await measureWaitingWorkers(bench)),
        ...(await measureLargeRuns(bench)),
        ...(await measureIdleMemory(bench, stage)),
        ...(await measureEmbeddedMemory(bench, stage)),
      ];
    } finally {
      await bare.stop().finally(stage.close);
    }
  },
};
