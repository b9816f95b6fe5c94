import { type ReactNode, useState } from 'react';
import { useShared } from '../../data/shared.ts';
import { clockTime } from '../../format/time.ts';
import { fromWallTime, toWallTime } from '../../format/wallTime.ts';
import { zoneChoice, zoneOf } from '../../format/zone.ts';
import { filterTexts } from '../../texts/parts.ts';
import { momentOf } from './fields.ts';
import css from './filters.module.css';

/** Ranges that are offered before the free one. */
export interface RangeChoice {
  /** Up to now, so many days long. @default 1, 7, 30 and 90 */
  presets?: readonly number[];
  /** What holds where none is chosen. @default any time */
  none?: string;
}

/** Chooses a range of time: one of some presets, or from one moment to another by the clock of the chosen zone. */
export function RangeFilter({
  label,
  since,
  until,
  presets = [1, 7, 30, 90],
  none = filterTexts.anyTime,
  onChange,
}: RangeChoice & {
  /** Which time of the rows it is about. */
  label: string;
  since: string | undefined;
  until: string | undefined;
  onChange: (since: string | undefined, until: string | undefined) => void;
}): ReactNode {
  const [isFree, setFree] = useState(false);
  const isPreset =
    until === undefined && (since === undefined || presets.some((days) => since === `${days}d`));
  const showsFree = isFree || !isPreset;
  return (
    <>
      <select
        aria-label={label}
        value={showsFree ? 'custom' : (since ?? '')}
        onChange={({ target: { value } }) => {
          setFree(value === 'custom');
          if (value !== 'custom') onChange(value === '' ? undefined : value, undefined);
        }}
      >
        <option value="">{`${label}: ${none}`}</option>
        {presets.map((days) => (
          <option key={days} value={`${days}d`}>
            {`${label}: ${filterTexts.lastDays(days)}`}
          </option>
        ))}
        <option value="custom">{`${label}: ${filterTexts.custom}`}</option>
      </select>
      {showsFree && (
        <>
          <Moment label={filterTexts.from} value={since} onChange={(next) => onChange(next, until)} />
          <Moment label={filterTexts.to} value={until} onChange={(next) => onChange(since, next)} />
        </>
      )}
    </>
  );
}

function Moment({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}): ReactNode {
  const zone = zoneOf(useShared(zoneChoice));
  const at = value === undefined ? undefined : momentOf(value);
  const shown = at === undefined ? '' : toWallTime(new Date(at), zone);
  return (
    <label className={css.moment}>
      {label}
      <input
        key={shown}
        type="datetime-local"
        defaultValue={shown}
        // On leaving it, since browsers tell of each part that is typed.
        onBlur={({ target }) => {
          if (target.value === shown) return;
          onChange(target.value === '' ? undefined : fromWallTime(target.value, zone)?.toISOString());
        }}
      />
      <span className="muted">{clockTime(at === undefined ? new Date() : new Date(at), zone).zone}</span>
    </label>
  );
}
