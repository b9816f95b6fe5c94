import { Connection } from './connection.ts';
import { type Counted, countProcessor } from './processor.ts';
import { median, ratios, type Summary, summarize } from './statistics.ts';

/** One question of one caller, to the server at `url`. */
export interface Question {
  url: string;
  request: Buffer;
  /** Tells the processes that work for the answer: the server's, and those of its database. */
  processes: () => Promise<readonly Counted[]>;
}

/** A question beside another: the times of both in milliseconds, and ours divided by theirs. */
export interface LatencyComparison {
  ratio: Summary;
  ours: number;
  theirs: number;
  /** The same by processor time; null where the system does not tell. */
  processor: Summary | null;
  ourCpu: number | null;
  theirCpu: number | null;
}

/**
 * Asks a base question and some others, one at a time, in turn, and gives for each other question how its time
 * compares to the base's. The median of each block of turns counts as one measurement. What the answers take of
 * processor time is measured by asking each question so often in a row, another one first in each block.
 */
export async function compareLatency<Name extends string>(
  base: Question,
  others: Record<Name, Question>,
  { blocks, turns }: { blocks: number; turns: number },
): Promise<Record<Name, LatencyComparison>> {
  const names = Object.keys(others) as Name[];
  const questions = [base, ...names.map((name) => others[name])];
  const callers: Caller[] = [];
  try {
    for (const question of questions) {
      callers.push({ ...question, connection: await Connection.open(question.url), millis: [], cpu: [] });
    }
    for (let block = -1; block < blocks; block += 1) {
      const millis = await askInTurn(callers, turns);
      for (const step of callers.keys()) {
        const index = (Math.max(0, block) + step) % callers.length;
        const caller = callers[index];
        if (caller === undefined) continue;
        const cpu = await cpuOfAnswer(caller, turns);
        if (block < 0) continue;
        caller.millis.push(millis[index] ?? Number.NaN);
        if (cpu !== null) caller.cpu.push(cpu);
      }
    }
  } finally {
    for (const { connection } of callers) connection.close();
  }
  const [first, ...rest] = callers;
  if (first === undefined) throw new Error('Expected a question.');
  const compared = names.flatMap((name, index) => {
    const own = rest[index];
    return own === undefined ? [] : [[name, compare(own, first)] as const];
  });
  return Object.fromEntries(compared) as Record<Name, LatencyComparison>;
}

/** A question, who asks it, and what the blocks have come to: milliseconds an answer. */
interface Caller extends Question {
  connection: Connection;
  millis: number[];
  cpu: number[];
}

function compare(ours: Caller, theirs: Caller): LatencyComparison {
  const isKnown = ours.cpu.length === ours.millis.length && theirs.cpu.length === theirs.millis.length;
  return {
    ratio: summarize(ratios(ours.millis, theirs.millis)),
    ours: median(ours.millis),
    theirs: median(theirs.millis),
    processor: isKnown ? summarize(ratios(ours.cpu, theirs.cpu)) : null,
    ourCpu: isKnown ? median(ours.cpu) : null,
    theirCpu: isKnown ? median(theirs.cpu) : null,
  };
}

/** The median time of each question over some turns; the first one asked changes from turn to turn. */
async function askInTurn(callers: readonly Caller[], turns: number): Promise<number[]> {
  const times: number[][] = callers.map(() => []);
  for (let turn = 0; turn < turns; turn += 1) {
    for (let step = 0; step < callers.length; step += 1) {
      const index = (turn + step) % callers.length;
      const caller = callers[index];
      if (caller) times[index]?.push(await ask(caller));
    }
  }
  return times.map(median);
}

/** The processor time of an answer, in milliseconds; null where the system does not tell. */
async function cpuOfAnswer(caller: Caller, count: number): Promise<number | null> {
  const since = countProcessor(await caller.processes());
  for (let index = 0; index < count; index += 1) await ask(caller);
  const millis = since();
  return millis === null ? null : millis / count;
}

async function ask({ connection, request, url }: Caller): Promise<number> {
  const { status, millis } = await connection.send(request);
  if (status >= 300) throw new Error(`${url} answered ${status} where success was expected.`);
  return millis;
}
