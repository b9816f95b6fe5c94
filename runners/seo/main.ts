#!/usr/bin/env node
import { runRunner } from '../report/runRunner.ts';
import { seoRunner } from './seoRunner.ts';

await runRunner(seoRunner);
