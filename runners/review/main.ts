import { runRunner } from '../report/runRunner.ts';
import { reviewRunner } from './review.ts';

await runRunner(reviewRunner);
