import type { ReactNode } from 'react';
import { formatDuration } from '../../contract/text/duration.ts';
import { useShared } from '../data/shared.ts';
import { writeTime } from '../format/time.ts';
import { zoneChoice, zoneOf } from '../format/zone.ts';

/** A moment in the chosen zone, which it names; a dash where there is none. */
export function Time({
  at,
  seconds = false,
}: {
  at: string | null | undefined;
  seconds?: boolean;
}): ReactNode {
  const zone = zoneOf(useShared(zoneChoice));
  if (at === null || at === undefined) return <Nothing />;
  const moment = new Date(at);
  return (
    <time className="numbers" dateTime={at} title={writeTime(moment, zone, { seconds: true })}>
      {writeTime(moment, zone, { seconds })}
    </time>
  );
}

/** A length of time as people read it; a dash where there is none. */
export function Duration({ ms }: { ms: number | null | undefined }): ReactNode {
  if (ms === null || ms === undefined) return <Nothing />;
  return <span className="numbers">{formatDuration(ms)}</span>;
}

/** What stands where there is no value. */
export function Nothing(): ReactNode {
  return (
    <span className="muted" aria-hidden="true">
      –
    </span>
  );
}
