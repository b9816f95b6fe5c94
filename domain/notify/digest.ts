import type { Store } from '../store.ts';
import type { DeliveryKind } from './channel.ts';
import { deliveryScope } from './channel.ts';
import { notify } from './notify.ts';
import { openOutbox } from './outbox.ts';

/** When the digest of a day is made. */
export interface DigestTime {
  /** `HH:MM`, on the clock of the zone. */
  time: string;
  /** An IANA time zone. */
  zone: string;
}

/** What a digest tells; of the entries the first 100, those of one project together. */
export interface DigestFacts {
  /** `YYYY-MM-DD`, in the zone of the digest. */
  day: string;
  /** What each kind knows: `StepFacts`, `RunFacts`, `UnclaimedFacts` or `DueFacts`. */
  entries: { kind: DeliveryKind; facts: object }[];
  total: number;
  /** How many approvals are open. */
  awaiting: number;
}

const maxEntries = 100;

/**
 * Tells every channel what was kept for the morning, once a day however many replicas look, as soon as its time has
 * come; nothing is told when nothing was kept. Says how much there was.
 */
export async function makeDigest(
  store: Store,
  { time, zone }: DigestTime,
  now = new Date(),
): Promise<number> {
  const outbox = await openOutbox(store);
  const local = localTime(now, zone);
  if (outbox === undefined || local.time < time) return 0;
  const total = await store.db.transaction(async (tx) => {
    const made = await tx.query({
      name: 'make_digest',
      text: 'INSERT INTO digests (day) SELECT $1::date WHERE NOT EXISTS (SELECT 1 FROM digests WHERE day = $1::date) ON CONFLICT DO NOTHING RETURNING 1',
      values: [local.day],
    });
    if (made.length === 0) return 0;
    const [facts] = await tx.query<Omit<DigestFacts, 'day'>>({
      name: 'take_digest',
      text: `WITH gone AS (DELETE FROM digest_entries RETURNING id, kind, facts)
        SELECT (SELECT count(*)::int FROM gone) AS total,
          (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'facts', facts) ORDER BY facts ->> 'project' NULLS FIRST, id), '[]')
            FROM (SELECT * FROM gone ORDER BY id LIMIT ${maxEntries}) first) AS entries,
          (SELECT count(*)::int FROM approvals WHERE ended_at IS NULL) AS awaiting`,
    });
    if (!facts || facts.total === 0) return 0;
    const payload: DigestFacts = { day: local.day, ...facts };
    await notify(tx, outbox.queue, outbox.channels, { kind: 'digest', payload });
    return facts.total;
  });
  if (total > 0) store.work.wake([deliveryScope]);
  return total;
}

/** The day and the time of a moment on the clocks of a zone. */
function localTime(now: Date, timeZone: string): { day: string; time: string } {
  const parts = new Intl.DateTimeFormat('en-CA', {
    ...({ timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit' } as const),
    ...({ day: '2-digit', hour: '2-digit', minute: '2-digit' } as const),
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    day: `${part('year')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  };
}
