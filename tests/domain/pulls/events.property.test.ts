import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyPull } from '../../../domain/pulls/applyPull.ts';
import { applyReview } from '../../../domain/pulls/applyReview.ts';
import type { PullFacts } from '../../../domain/pulls/pull.ts';
import type { Review } from '../../../domain/pulls/review.ts';
import { describeOnEither } from '../../support/databases.ts';
import { storeOf } from '../../support/domain.ts';
import { sized } from '../../support/form.ts';
import { at, awaitingPull, facts, head, person, review, reviewers, standingOf } from './support.ts';

/** One thing that happens to a pull request. */
type Happening = 'push' | { by: string; state: 'approved' | 'changes_requested' } | { dismiss: number };
type Told = { pull: PullFacts; review?: Review };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant('push' as const),
  fc.record({
    by: fc.constantFrom('ada', 'bob', 'eve'),
    state: fc.constantFrom('approved' as const, 'changes_requested' as const),
  }),
  fc.record({ dismiss: fc.nat(5) }),
);
const history = fc.record({
  happenings: fc.array(happening, { minLength: 1, maxLength: 8 }),
  end: fc.constantFrom('open' as const, 'open' as const, 'merged' as const, 'closed' as const),
});

/** What the host tells of a history, in its order, and how all must stand in the end. */
function tellOf({ happenings, end }: { happenings: Happening[]; end: PullFacts['state'] }) {
  const told: Told[] = [{ pull: facts() }];
  const reviews: Review[] = [];
  let commit = 1;
  for (const [index, one] of happenings.entries()) {
    const pull = () => facts({ headSha: head(commit), updatedAt: at(index + 1) });
    if (one === 'push') {
      commit += 1;
      told.push({ pull: pull() });
    } else if ('by' in one) {
      const given = review({
        id: reviews.length + 1,
        state: one.state,
        reviewer: person(one.by),
        commit: head(commit),
      });
      reviews.push(given);
      told.push({ pull: pull(), review: given });
    } else {
      const given = reviews[one.dismiss];
      if (given === undefined || given.state === 'dismissed') continue;
      reviews[one.dismiss] = { ...given, state: 'dismissed' };
      told.push({ pull: pull(), review: { ...given, state: 'dismissed' } });
    }
  }
  const updatedAt = at(happenings.length + 1);
  if (end !== 'open')
    told.push({ pull: facts({ state: end, endedBy: person('zoe'), headSha: head(commit), updatedAt }) });
  const latest = new Map(reviews.map((one) => [one.reviewer.login, one]));
  const voters = [...latest.values()].filter(
    (one) => one.state === 'approved' && one.commit === head(commit),
  );
  return {
    told,
    head: head(commit),
    voters: voters.map((one) => `github:${one.reviewer.login}`).sort(),
    pull: end,
  };
}

describeOnEither('News of a pull request', (database) => {
  const store = storeOf(database);

  it('ends the same in whatever order it comes and however often, once it was seen open', async () => {
    const order = fc.array(fc.tuple(fc.nat(1000), fc.boolean()), { minLength: 12, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(history, order, async (past, keys) => {
        await database.truncate();
        const task = await awaitingPull(store, { required: 10 });
        const { told, ...expected } = tellOf(past);
        const mixed = told
          .flatMap((one, index) => {
            const [key = 0, twice = false] = keys[index] ?? [];
            return twice
              ? [
                  { one, key },
                  { one, key: (key * 7) % 1000 },
                ]
              : [{ one, key }];
          })
          .sort((a, b) => a.key - b.key);
        await applyPull(store, reviewers, facts());
        for (const { one } of mixed) {
          await applyPull(store, reviewers, one.pull);
          if (one.review) await applyReview(store, reviewers, one.pull, one.review);
        }
        const { head: found, status, voters, pull, record } = await standingOf(store, task);
        expect({ head: found, voters, pull }).toEqual(expected);
        // Ten must approve, so that a merge is one vote of them, and a close ends nothing.
        expect(status).toBe('awaiting_approval');
        expect(record.filter((row) => row.includes('decided'))).toEqual([]);
      }),
      { numRuns: sized({ short: 40, full: 500 }) },
    );
  });
});
