import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultsOfNeeds, layersOf } from '../../../orchestrator/plan/needs.ts';

/** Steps that need only earlier ones. */
const acyclic = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 15 }).map((given) =>
  given.map((picks, index) => ({
    task: `t${index}`,
    needs: [...new Set(index === 0 ? [] : picks.map((pick) => `t${pick % index}`))],
  })),
);

describe('What steps need', () => {
  it('is accepted when nothing waits for itself, and layers put each step below all that it needs', () => {
    fc.assert(
      fc.property(acyclic, (steps) => {
        expect(faultsOfNeeds(steps)).toEqual([]);
        const depth = new Map(
          layersOf(steps).flatMap((layer, index) => layer.map(({ task }) => [task, index])),
        );
        expect(depth.size).toBe(steps.length);
        for (const { task, needs } of steps) {
          for (const need of needs) expect(depth.get(need)).toBeLessThan(depth.get(task) ?? -1);
        }
      }),
    );
  });

  it('is refused with the circle named when a step waits for itself in the end', () => {
    fc.assert(
      fc.property(acyclic, fc.nat(), (steps, pick) => {
        const chain = steps.map(({ task, needs }, index) => ({
          task,
          needs: index === 0 ? needs : [...new Set([...needs, `t${index - 1}`])],
        }));
        const last = pick % chain.length;
        const first = chain[0];
        if (last === 0 || first === undefined) return;
        first.needs = [`t${last}`];
        const [fault] = faultsOfNeeds(chain);
        expect(fault).toMatch(/in a cycle: (t\d+) -> .*\1\./);
      }),
    );
  });

  it('names the step of an unknown, repeated or own need, and what was probably meant', () => {
    const steps = [
      { task: 'code.review', needs: ['seo.valdate', 'code.review'] },
      { task: 'seo.validate', needs: ['code.review', 'code.review'] },
    ];
    expect(faultsOfNeeds(steps)).toEqual([
      'step 1 (code.review), needs: there is no step "seo.valdate". Did you mean "seo.validate"?',
      'step 1 (code.review), needs: a step cannot need itself; remove "code.review".',
      'step 2 (seo.validate), needs: "code.review" is listed twice; remove one.',
    ]);
  });
});
