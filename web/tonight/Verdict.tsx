import type { ReactNode } from 'react';
import type { TonightQuery } from '../generated/graphql.ts';
import { Counts } from '../runs/Counts.tsx';
import { isOpen } from '../runs/outcome.ts';
import { tonightTexts } from '../texts/tonight.ts';
import css from './tonight.module.css';

const texts = tonightTexts.verdict;

/** Says in one line whether the night was good, and how many tasks ended how. */
export function Verdict({ tonight, since }: { tonight: TonightQuery; since: string }): ReactNode {
  const recent = tonight.runs.nodes.filter(({ createdAt }) => createdAt >= since);
  const open = tonight.open.totalCount;
  const taken = tonight.taken.totalCount;
  const tone = open > 0 ? 'bad' : taken > 0 ? 'wait' : recent.some(isOpen) ? 'busy' : 'good';
  return (
    <section className={css.verdict} data-tone={recent.length === 0 && open + taken === 0 ? 'calm' : tone}>
      <h2>
        <Mark tone={tone} /> {wordsFor(recent, open, taken)}
      </h2>
      {recent.length > 0 && (
        <div className={css.sum}>
          <span className="muted">{texts.past}</span>
          <Counts counts={sumOf(recent)} />
        </div>
      )}
      {open > 0 && taken > 0 && <p className="muted">{texts.withTaken(taken)}</p>}
    </section>
  );
}

type Runs = TonightQuery['runs']['nodes'];

function wordsFor(recent: Runs, open: number, taken: number): string {
  if (open > 0) return texts.bad(open);
  if (taken > 0) return texts.taken(taken);
  if (recent.length === 0) return texts.none;
  return recent.some(isOpen) ? texts.running : texts.good;
}

function sumOf(runs: Runs): Runs[number]['counts'] {
  const sum: Runs[number]['counts'] = {
    queued: 0,
    running: 0,
    succeeded: 0,
    failed: 0,
    awaitingApproval: 0,
    skipped: 0,
    total: 0,
  };
  for (const { counts } of runs)
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += counts[name];
  return sum;
}

const shapes = {
  good: 'm3 8.5 3.2 3.2L13 4.8',
  bad: 'm4 4 8 8m0-8-8 8',
  wait: 'M5.5 3.5v9m5-9v9',
  busy: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5M8 5v3l2 1.5',
};

function Mark({ tone }: { tone: keyof typeof shapes }): ReactNode {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[tone]} />
    </svg>
  );
}
