import type { ReactNode } from 'react';
import { useShared } from '../data/shared.ts';
import { useAsk } from '../data/useAsk.ts';
import { chooseZone, localZone, zoneChoice } from '../format/zone.ts';
import { PlanZonesDocument } from '../generated/graphql.ts';
import { shellTexts } from '../texts/shell.ts';

/** Chooses the zone of all times: the viewer's, UTC, or one that a plan's schedule goes by. */
export function ZoneSelect(): ReactNode {
  const choice = useShared(zoneChoice);
  const { data } = useAsk(PlanZonesDocument, {});
  const ofPlans = (data?.plans ?? []).flatMap(({ timezone }) => timezone ?? []);
  const kept = choice === 'local' ? [] : [choice];
  const others = [...new Set([...ofPlans, ...kept])].filter((zone) => zone !== 'UTC').sort();
  return (
    <select aria-label={shellTexts.zone} value={choice} onChange={({ target }) => chooseZone(target.value)}>
      <option value="local">{shellTexts.zoneLocal(localZone)}</option>
      <option value="UTC">UTC</option>
      {others.map((zone) => (
        <option key={zone} value={zone}>
          {shellTexts.zonePlan(zone)}
        </option>
      ))}
    </select>
  );
}
