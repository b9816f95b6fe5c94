import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { approvalSchema } from '../../../orchestrator/plan/approvalSchema.ts';
import { loadPlan } from '../../../orchestrator/plan/loadPlan.ts';
import { planSchema } from '../../../orchestrator/plan/schema.ts';
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

it('docs/plan-reference.md has every option of a plan, a step, a condition and a policy', () => {
  const text = readFileSync('docs/plan-reference.md', 'utf8');
  const step = planSchema.shape.steps.unwrap().element.shape;
  const shapes = [planSchema.shape, step, step.when.unwrap().shape, approvalSchema.shape];
  const options = shapes.flatMap((shape) => Object.keys(shape));
  expect(options.filter((option) => !new RegExp(`^\\| \`${option}\` +\\|`, 'm').test(text))).toEqual([]);
});
