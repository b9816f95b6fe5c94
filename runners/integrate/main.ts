import { runRunner } from '../report/runRunner.ts';
import { integrateRunner } from './integrate.ts';

await runRunner(integrateRunner);
