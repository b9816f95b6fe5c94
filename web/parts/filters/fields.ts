import { readTime } from '../../../contract/input/time.ts';
import { readDuration } from '../../../contract/text/duration.ts';
import { serverNow } from '../../data/serverClock.ts';

/** What a view can be filtered by; its name is the flag of the command line, without `--`, and that of the address. */
export type FilterField =
  /** Any of some known words. */
  | { kind: 'words'; label: string; words: readonly string[]; read: Readonly<Record<string, string>> }
  /** Any of some texts that people write; at most 50 unless `most` says otherwise. */
  | { kind: 'texts'; label: string; most?: number }
  /** One text that people write, of so many characters. */
  | { kind: 'text'; label: string; from: number; to: number }
  /** A flag without a value. Of those with the same group at most one holds. */
  | { kind: 'switch'; group: string; label: string }
  /** One time: of ISO 8601, or how long ago, such as `7d`. */
  | { kind: 'time'; label: string };

/** The filters of a view, by their flags. */
export type FilterFields = Readonly<Record<string, FilterField>>;

/** What is filtered by: for each flag its values, of a time, a text or a switch one at most. */
export type FilterValues<Fields extends FilterFields = FilterFields> = Readonly<
  Record<keyof Fields & string, readonly string[]>
>;

/** The value of a switch that is on. */
export const isOn = 'true';

/** Leaves out of a flag's values what it cannot have, such as what an old link holds. */
export function readValues(field: FilterField, given: readonly string[]): readonly string[] {
  const values = [...new Set(given.filter((value) => value !== ''))];
  if (field.kind === 'words') return values.filter((value) => field.words.includes(value));
  if (field.kind === 'texts') return values.slice(0, field.most ?? 50);
  if (field.kind === 'text')
    return values.filter(({ length }) => length >= field.from && length <= field.to).slice(-1);
  if (field.kind === 'switch') return values.filter((value) => value === isOn);
  return values.filter((value) => momentOf(value) !== undefined).slice(-1);
}

const moments = new Map<string, { at: string; read: number }>();
const keptMs = 10 * 60_000;

/** No time is before this one, for the API as well. */
const earliest = Date.parse('0001-01-01T00:00:00Z');

/**
 * Gives the moment of a time of a filter; undefined for what is none, such as longer ago than years go back. How long ago it is counts from when it was first read, for some minutes, so that a
 * view that is opened again shows what it did.
 */
export function momentOf(text: string, now = serverNow()): string | undefined {
  const ago = readDuration(text);
  if (ago === undefined) return readTime(text);
  const known = moments.get(text);
  if (known !== undefined && now >= known.read && now - known.read < keptMs) return known.at;
  if (now - ago < earliest) return undefined;
  const at = new Date(now - ago).toISOString();
  moments.set(text, { at, read: now });
  return at;
}
