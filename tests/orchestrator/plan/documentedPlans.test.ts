import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { planFile } from '../../../contract/plan/plan.ts';
import { loadPlan } from '../../../orchestrator/plan/loadPlan.ts';
import { tempDir } from '../../support/tempDir.ts';

const definePlan = JSON.stringify(resolve('orchestrator/plan.ts'));

it.each(['docs/plans.md', 'docs/schedule.md'])('The plans that %s shows are valid', async (page) => {
  const directory = tempDir();
  const blocks = [...readFileSync(page, 'utf8').matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1] ?? '');
  expect(blocks.length).toBeGreaterThan(0);
  for (const [index, block] of blocks.entries()) {
    const text = block.replace("'./orchestrator/plan.ts'", definePlan);
    writeFileSync(join(directory, `p${index}.plan.ts`), text);
    expect((await loadPlan(`p${index}`, directory)).steps.length).toBeGreaterThan(0);
  }
});

it('docs/plans.md has every option of a plan, a step and a condition', () => {
  const text = readFileSync('docs/plans.md', 'utf8');
  const step = planFile.shape.steps.unwrap().element.shape;
  const options = [planFile.shape, step, step.when.unwrap().shape].flatMap((shape) => Object.keys(shape));
  expect(options.filter((option) => !new RegExp(`^\\| \`${option}\` +\\|`, 'm').test(text))).toEqual([]);
});
