import { styleText } from 'node:util';
import { formatDuration } from '../plan/duration.ts';
import type { RunObserver } from '../run/events.ts';
import type { Terminal } from '../terminal.ts';
import { fitWidth } from './fitWidth.ts';
import { describeEvent, describeStep } from './lines.ts';

/** Shows a run as it happens. */
export interface Progress {
  observe: RunObserver;
  /** Leaves the terminal as it was. */
  stop(): void;
}

/** Chooses the way to show a run: a line that moves on a terminal, one line an event elsewhere. */
export function showProgress(stream: Terminal): Progress {
  if (stream.isTTY) return createLive(stream);
  return {
    observe(event) {
      const line = describeEvent(event, stream);
      if (line !== undefined) stream.write(`${line}\n`);
    },
    stop() {},
  };
}

/** Ended steps stay as lines; below them the running one shows its time and the last line that it printed. */
function createLive(stream: Terminal): Progress {
  let running: { task: string; since: number; line: string } | undefined;
  let steps: readonly string[] = [];
  let ended = 0;
  let frame = 0;
  let drawn = false;

  const clear = () => {
    if (drawn) stream.write('\r\u001b[2K');
    drawn = false;
  };
  const draw = () => {
    clear();
    if (running === undefined) return;
    const spinner = styleText('cyan', frames[frame++ % frames.length] ?? '', { stream });
    const width = Math.max(...steps.map((task) => task.length));
    const time = formatDuration(Math.floor((performance.now() - running.since) / 1000) * 1000).replace(
      '.0s',
      's',
    );
    const fixed = ` ${running.task.padEnd(width)} ${ended + 1}/${steps.length} ${time.padStart(6)} `;
    const rest = Math.max(0, (stream.columns || 80) - fixed.length - 2);
    stream.write(`${spinner}${fixed} ${styleText('gray', fitWidth(running.line, rest), { stream })}`);
    drawn = true;
  };
  const print = (line: string | undefined) => {
    if (line === undefined) return;
    clear();
    stream.write(`${line}\n`);
  };
  const timer = setInterval(draw, 100);

  return {
    observe(event) {
      if (event.type === 'runStarted') steps = event.steps.map(({ task }) => task);
      if (event.type === 'stepStarted') {
        running = { task: event.task, since: performance.now(), line: '' };
      } else if (event.type === 'stepOutput') {
        if (running) running.line = event.line;
      } else if (event.type === 'stepEnded') {
        running = undefined;
        ended++;
        print(describeStep(event.result, stream, Math.max(...steps.map((task) => task.length))));
      } else {
        print(describeEvent(event, stream));
      }
    },
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
