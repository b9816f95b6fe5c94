import { formatDuration } from '../../contract/text/duration.ts';
import { plural } from '../../contract/text/plural.ts';
import { padTo } from '../../contract/text/textWidth.ts';
import { type TaskStatus, taskStatusFacts } from '../../contract/words/taskStatus.ts';

import type { RunEvent } from '../run/events.ts';
import type { StepResult } from '../run/result.ts';
import { paint, type Terminal } from '../terminal.ts';
import { shownPath } from '../text/shownPath.ts';

/** Writes what happens in a run as one line an event, for logs and pipes; what has no line is undefined. */
export function describeEvent(event: RunEvent, stream: Terminal): string | undefined {
  switch (event.type) {
    case 'runStarted':
      return [
        `${event.runId}: ${plural(event.steps.length, 'step')}`,
        event.logFile === null ? 'no log' : `log in ${shownPath(event.logFile)}`,
      ].join(', ');
    case 'stepStarted':
      return `${event.task} started${event.number > 1 ? `, attempt ${event.number}` : ''}`;
    case 'stepPaused':
      return paint(noteColours.warn, event.text, stream);
    case 'stepEnded':
      return describeStep(event.result, stream);
    case 'note':
      return paint(noteColours[event.level], event.text, stream);
    case 'annotation':
    case 'stepOutput':
    case 'runEnded':
      return undefined;
  }
}

/** Says how a step of a run ended: mark, name, status, time, link and reason. */
export function describeStep(result: StepResult, stream: Terminal, width = 0): string {
  return describeEnd(result, padTo(result.task, width), stream);
}

/** Says how something that has a name ended: mark, name, status, time, link and reason. */
export function describeEnd(
  {
    status,
    durationMs,
    reason,
    outputsUri,
  }: Pick<StepResult, 'durationMs' | 'reason' | 'outputsUri'> & { status: TaskStatus },
  name: string,
  stream: Terminal,
): string {
  const { mark, label: text, ...look } = taskStatusFacts[status];
  const colour = look.colour ?? 'gray';
  const parts = [
    `${paint(colour, mark, stream)} ${name}`,
    paint(colour, durationMs === null ? text : `${text} in ${formatDuration(durationMs)}`, stream),
    reason === null ? '' : `(${reason})`,
    outputsUri ?? '',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

const noteColours = { info: 'gray', warn: 'yellow', error: 'red' } as const;
