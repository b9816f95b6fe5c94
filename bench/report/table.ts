import Table from 'cli-table3';
import { type Figure, isMet } from '../figure.ts';

/** Draws the figures as a table for the terminal. */
export function drawTable(figures: readonly Figure[]): string {
  const table = new Table({
    head: ['', 'what', 'measured', 'half between', 'goal', 'seen'],
    style: { head: [], border: [], compact: true },
    colWidths: [3, 52, 11, 17, 10, 62],
    wordWrap: true,
  });
  for (const figure of figures) {
    const { what, value, unit, note } = figure;
    const spread = value ? `${write(value.low)} to ${write(value.high)}` : '';
    table.push([
      markOf(figure),
      what,
      value ? `${write(value.median)} ${unit}` : '',
      spread,
      writeGoal(figure),
      note,
    ]);
  }
  return table.toString();
}

/** Writes a goal, e.g. `≤ 1.5 ×`. */
export function writeGoal({ goal, unit }: Figure): string {
  return `${goal.at === 'least' ? '≥' : '≤'} ${goal.value} ${unit}`;
}

/** Says in one character whether a goal is met. */
export function markOf(figure: Figure): string {
  const met = isMet(figure);
  if (met === null) return '–';
  return met ? '✓' : '✗';
}

function write(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
