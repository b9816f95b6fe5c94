import { guarded } from '../../contract/guarded.ts';
import { formatDuration } from '../../contract/text/duration.ts';
import { oneLine } from '../../contract/text/plainText.ts';
import { cutTo, padTo, widthOf } from '../../contract/text/textWidth.ts';
import type { RunObserver } from '../run/events.ts';
import { control, lineOf, paint, type Terminal } from '../terminal.ts';
import { fitLine } from '../text/fitLine.ts';
import { describeEvent, describeStep } from './lines.ts';

/** Shows a run as it happens. */
export interface Progress {
  observe: RunObserver;
  /** Leaves the terminal as it was. */
  stop(): void;
}

/** Chooses the way to show a run: lines that move on a terminal, one line an event elsewhere and where it only prints. */
export function showProgress(stream: Terminal, { onlyPrints }: { onlyPrints: boolean }): Progress {
  if (stream.isTTY && !onlyPrints) return createLive(stream);
  return {
    observe(event) {
      const line = describeEvent(event, stream);
      if (line !== undefined) stream.write(`${lineOf(line)}\n`);
    },
    stop() {},
  };
}

/** The most running steps that are shown; more are counted. */
const maxShown = 8;

/** Ended steps stay as lines; below them each running one shows its time and the last line that it printed. */
function createLive(stream: Terminal): Progress {
  const running = new Map<string, { since: number; line: string }>();
  let steps: readonly string[] = [];
  let ended = 0;
  let frame = 0;
  let drawn = 0;

  const clear = () => {
    if (drawn > 0)
      stream.write(`${drawn > 1 ? control(`${drawn - 1}A`) : ''}${control('1G')}${control('J')}`);
    drawn = 0;
  };
  const lines = () => {
    const columns = stream.columns || 80;
    const names = Math.min(widthOfNames(steps), Math.max(8, columns - roomBesideName));
    const shown = [...running].slice(0, maxShown).map(([task, { since, line }]) => {
      const spinner = paint('cyan', frames[frame % frames.length] ?? '', stream);
      const time = formatDuration(Math.floor((performance.now() - since) / 1000) * 1000).replace('.0s', 's');
      const name = padTo(cutTo(oneLine(task), names, 'middle'), names);
      const fixed = ` ${name} ${ended + 1}/${steps.length} ${time.padStart(6)} `;
      // The last column stays free: a terminal may go on to the next line once it is written.
      const rest = Math.max(0, columns - widthOf(fixed) - 3);
      return `${spinner}${fixed} ${paint('gray', cutTo(oneLine(line), rest), stream)}`;
    });
    const more = running.size - shown.length;
    return more > 0 ? [...shown, `  and ${more} more`] : shown;
  };
  const draw = () => {
    clear();
    const now = lines();
    frame++;
    stream.write(now.join('\n'));
    drawn = now.length;
  };
  const print = (line: string | undefined) => {
    if (line === undefined) return;
    clear();
    stream.write(`${fitLine(lineOf(line), stream, 2)}\n`);
  };
  const timer = setInterval(
    guarded(draw, () => clearInterval(timer)),
    100,
  );

  return {
    observe(event) {
      if (event.type === 'runStarted') steps = event.steps.map(({ task }) => task);
      if (event.type === 'stepStarted') {
        running.set(event.task, { since: performance.now(), line: '' });
      } else if (event.type === 'stepOutput') {
        const step = running.get(event.task);
        if (step) step.line = event.line;
      } else if (event.type === 'stepEnded') {
        running.delete(event.result.task);
        ended++;
        print(describeStep(event.result, stream, widthOfNames(steps)));
      } else {
        if (event.type === 'stepPaused') running.delete(event.task);
        print(describeEvent(event, stream));
      }
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

/** Names of a usual length stand below each other; a longer one sticks out by itself. */
function widthOfNames(names: readonly string[]): number {
  return Math.min(longestName, Math.max(0, ...names.map(widthOf)));
}

const longestName = 32;

/** The columns that a running step's mark, count, time and the beginning of its last line take. */
const roomBesideName = 40;

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
