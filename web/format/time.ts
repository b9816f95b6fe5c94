const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const made =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
  formats.set(zone, made);
  return made;
}

/** The parts of a moment as a clock in a zone shows it. */
export interface ClockTime {
  /** `2025-01-15` */
  date: string;
  /** `02:30` */
  time: string;
  /** `07` */
  seconds: string;
  /** The zone's name at that moment, e.g. `CET` or `GMT+1`. */
  zone: string;
}

/** Reads a clock in a zone. */
export function clockTime(at: Date, zone: string): ClockTime {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
    seconds: parts.second ?? '00',
    zone: parts.timeZoneName ?? zone,
  };
}

/** Writes a moment with its zone, as all of the page does: `2025-01-15 02:30 UTC`; on request with seconds. */
export function writeTime(at: Date, zone: string, { seconds = false } = {}): string {
  const clock = clockTime(at, zone);
  return `${clock.date} ${clock.time}${seconds ? `:${clock.seconds}` : ''} ${clock.zone}`;
}
