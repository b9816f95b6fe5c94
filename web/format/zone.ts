import { keep, readKept } from '../data/kept.ts';
import { shared } from '../data/shared.ts';

const name = 'nightshift-zone';

/** The zone that times are shown in: `local` for the viewer's own, else a name of IANA such as `UTC`. */
export const zoneChoice = shared<string>(known(readKept(name)) ?? 'local');

/** Chooses the zone of all times, and remembers it in this browser. */
export function chooseZone(choice: string): void {
  keep(name, choice === 'local' ? undefined : choice);
  zoneChoice.set(choice);
}

/** The viewer's own zone, e.g. `Europe/Berlin`. */
export const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone that a choice means. */
export function zoneOf(choice: string): string {
  return choice === 'local' ? localZone : choice;
}

function known(zone: string | undefined): string | undefined {
  if (zone === undefined) return undefined;
  try {
    Intl.DateTimeFormat('en', { timeZone: zone });
    return zone;
  } catch {
    return undefined;
  }
}
