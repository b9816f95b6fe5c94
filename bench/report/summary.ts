import { type Figure, judge } from '../figure.ts';

/** The figures of one benchmark. */
export interface Group {
  name: string;
  about: string;
  figures: readonly Figure[];
}

/** How wide a line of the summary may be: a terminal's usual width. */
export const lineWidth = 80;

const widths = { mark: 2, what: 56, value: 11, goal: 11 };

/** Writes the figures for the terminal, group by group, and which goals are met and which are not. */
export function writeSummary(groups: readonly Group[]): string {
  const parts = groups.map(({ name, about, figures }) =>
    [`${name}: ${about}`, ...figures.flatMap(linesOf)].join('\n'),
  );
  return `${[...parts, writeVerdict(groups.flatMap(({ figures }) => figures))].join('\n\n')}\n`;
}

function linesOf(figure: Figure): string[] {
  const { mark, what, value, goal } = widths;
  const [first = '', ...more] = wrap(figure.what, what - 1);
  const line = `${markOf(figure).padEnd(mark)}${first.padEnd(what)}${writeValue(figure).padStart(value)}`;
  return [
    `${line}${writeGoal(figure).padStart(goal)}`.trimEnd(),
    ...more.map((line) => `${''.padEnd(mark)}${line}`),
    ...wrap(notesOf(figure).join('; '), lineWidth - 4).map((line) => `    ${line}`),
  ];
}

/** Says in one character whether a goal is met; a dash when there is none, or when it cannot be said. */
function markOf(figure: Figure): string {
  const verdict = judge(figure);
  if (verdict === null) return '–';
  return verdict.met ? '✓' : '✗';
}

/** The value that counts for the goal. */
function writeValue(figure: Figure): string {
  const value = judge(figure)?.value ?? figure.value?.median;
  return value === undefined ? '' : `${write(value)}${unitOf(figure)}`;
}

function writeGoal({ goal, unit }: Figure): string {
  if (goal === undefined) return '';
  return `${goal.at === 'least' ? '≥' : '≤'} ${goal.value}${unit === '×' ? '' : unitOf({ unit })}`;
}

function unitOf({ unit }: Pick<Figure, 'unit'>): string {
  return unit === '/s' ? unit : ` ${unit}`;
}

/** What stands below a figure: the other value, how far the measurements lie apart, and its note. */
function notesOf(figure: Figure): string[] {
  const { value, processor, note } = figure;
  const isByProcessor = judge(figure)?.by === 'processor';
  const counts = isByProcessor ? processor : value;
  const other = isByProcessor ? value : processor;
  return [
    ...(isByProcessor ? ['by processor time'] : []),
    ...(counts && counts.count > 1 ? [`half between ${write(counts.low)} and ${write(counts.high)}`] : []),
    ...(other ? [`${isByProcessor ? 'elapsed' : 'processor'} ${write(other.median)}${unitOf(figure)}`] : []),
    note,
  ];
}

function writeVerdict(figures: readonly Figure[]): string {
  const judged = figures.filter(({ goal }) => goal !== undefined);
  const met = judged.filter((figure) => judge(figure)?.met === true);
  const missed = judged.filter((figure) => judge(figure)?.met === false);
  const unknown = judged.filter((figure) => judge(figure) === null);
  return [
    `${met.length} of ${judged.length} goals are met.`,
    ...listed('Not met:', missed),
    ...listed('Not measured:', unknown),
  ].join('\n');
}

function listed(title: string, figures: readonly Figure[]): string[] {
  if (figures.length === 0) return [];
  const lines = figures.flatMap((figure) => {
    const [value, goal] = [writeValue(figure), writeGoal(figure)];
    const text = `${figure.what}: ${value === '' ? figure.note : `${value}, goal ${goal}`}`;
    return wrap(text, lineWidth - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
  });
  return [title, ...lines];
}

/** Cuts a text into lines of words; a number stays with its unit, and a bound with its sign. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/ (?!ms\b|MB\b|×|%)(?<![≤≥] )/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function write(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
