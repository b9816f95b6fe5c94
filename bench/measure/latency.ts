import { Connection } from './connection.ts';
import { median, ratios, type Summary, summarize } from './statistics.ts';

/** One question of one caller, to the server at `url`. */
export interface Question {
  url: string;
  request: Buffer;
}

/** A question beside another: the times of both in milliseconds, and ours divided by theirs. */
export interface LatencyComparison {
  ratio: Summary;
  ours: number;
  theirs: number;
}

/**
 * Asks a base question and some others, one at a time, in turn, and gives for each other question how its time
 * compares to the base's. The median of each block of turns counts as one measurement.
 */
export async function compareLatency<Name extends string>(
  base: Question,
  others: Record<Name, Question>,
  { blocks, turns }: { blocks: number; turns: number },
): Promise<Record<Name, LatencyComparison>> {
  const names = Object.keys(others) as Name[];
  const questions = [base, ...names.map((name) => others[name])];
  const connections = await Promise.all(questions.map(({ url }) => Connection.open(url)));
  const times: number[][] = questions.map(() => []);
  try {
    for (let block = -1; block < blocks; block += 1) {
      const inBlock = await askInTurn(connections, questions, turns);
      if (block >= 0) for (const [index, millis] of inBlock.entries()) times[index]?.push(millis);
    }
  } finally {
    for (const connection of connections) connection.close();
  }
  const [baseTimes = [], ...otherTimes] = times;
  const compared = names.map((name, index) => {
    const own = otherTimes[index] ?? [];
    const ratio = summarize(ratios(own, baseTimes));
    return [name, { ratio, ours: median(own), theirs: median(baseTimes) }] as const;
  });
  return Object.fromEntries(compared) as Record<Name, LatencyComparison>;
}

/** The median time of each question over some turns; the first one asked changes from turn to turn. */
async function askInTurn(connections: Connection[], questions: Question[], turns: number): Promise<number[]> {
  const times: number[][] = questions.map(() => []);
  for (let turn = 0; turn < turns; turn += 1) {
    for (let step = 0; step < questions.length; step += 1) {
      const index = (turn + step) % questions.length;
      const [connection, question] = [connections[index], questions[index]];
      if (!connection || !question) continue;
      const { status, millis } = await connection.send(question.request);
      if (status >= 300) throw new Error(`${question.url} answered ${status} where success was expected.`);
      times[index]?.push(millis);
    }
  }
  return times.map(median);
}
