import { readFileSync } from 'node:fs';

/** One process of a command: from when to when it is known to have lived, in microseconds of the machine's own clock. */
export interface Life {
  task: string;
  pid: number;
  from: number;
  to: number;
}

/** Reads what `stamp.mjs` has noted, one life a process. */
export function readLives(file: string): Life[] {
  const lives = new Map<string, Life>();
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const [task = '', pid, time] = line.split(' ');
    const life = lives.get(`${task} ${pid}`);
    if (life) life.to = Number(time);
    else lives.set(`${task} ${pid}`, { task, pid: Number(pid), from: Number(time), to: Number(time) });
  }
  return [...lives.values()];
}

/** Finds the pairs of processes that worked for the same task at the same time. */
export function overlaps(lives: readonly Life[]): [Life, Life][] {
  const sorted = lives.toSorted((a, b) => a.from - b.from);
  return sorted.flatMap((one, index) =>
    sorted
      .slice(index + 1)
      .filter((other) => other.task === one.task && other.from <= one.to)
      .map((other): [Life, Life] => [one, other]),
  );
}
