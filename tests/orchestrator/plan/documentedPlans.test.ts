import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { loadPlan } from '../../../orchestrator/plan/loadPlan.ts';
import { tempDir } from '../../support/tempDir.ts';

const definePlan = JSON.stringify(resolve('orchestrator/plan.ts'));

const pages = ['docs/plans.md', 'docs/plan-reference.md', 'docs/schedule.md', 'docs/pull-requests.md'];

it.each(pages)('The plans that %s shows are valid', async (page) => {
  const directory = tempDir();
  const blocks = [...readFileSync(page, 'utf8').matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] ?? '');
  expect(blocks.length).toBeGreaterThan(0);
  for (const [index, block] of blocks.entries()) {
    const text = block.replace("'./orchestrator/plan.ts'", definePlan);
    writeFileSync(join(directory, `p${index}.plan.ts`), text);
    expect((await loadPlan(`p${index}`, directory)).steps.length).toBeGreaterThan(0);
  }
});
