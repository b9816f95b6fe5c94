/**
 * By which figure a goal is judged: by elapsed time (or the one number that there is), by processor time, or by elapsed
 * time unless a side had idle time, which hides what it costs.
 */
export type JudgedBy = 'elapsed' | 'processor' | 'elapsed unless idle';

/** A bound that the median of a figure should keep to. Only ratios are goals, and what does not depend on the machine. */
export interface Goal {
  /** As docs/performance.md names it. */
  name: string;
  at: 'least' | 'most';
  value: number;
  by: JudgedBy;
}

/** All goals that the bench judges. */
export const goals = {
  restPage: atLeast(0.9, 'elapsed unless idle', 'REST page of 50'),
  graphqlPage: atLeast(0.65, 'elapsed unless idle', 'GraphQL page of 50 nodes × 10 fields'),
  deepPage: atMost(1.2, 'elapsed', 'page at 90 % depth of 1,000,000'),
  filteredPage: atMost(1.3, 'elapsed', 'page of one status, one task, one run'),
  severalFilters: atMost(1.8, 'elapsed', 'several values, unstarted, all statuses at depth'),
  trends: atMost(2, 'elapsed', 'aggregates of the page at 1,000,000 tasks'),
  firstRows: atMost(1.5, 'elapsed', 'first rows of the page visible at 1,000,000 tasks'),
  csvTime: atMost(1.1, 'elapsed', 'CSV of 10,000 rows, time'),
  csvFirstByte: atMost(0.1, 'elapsed', 'CSV of 10,000 rows, first byte'),
  csvMemory: atMost(10, 'elapsed', 'CSV of 10,000 rows, memory'),
  restWrite: atLeast(0.6, 'processor', 'REST POST, PATCH'),
  graphqlWrite: atLeast(0.45, 'processor', 'GraphQL createTask, updateTask'),
  oneStep: atMost(2, 'elapsed', 'a step of `true`, from asked for to recorded'),
  manySteps: atMost(1.3, 'elapsed', '500 steps, 8 at a time'),
  chain: atMost(1.5, 'elapsed', 'chain of 100 steps'),
  chainProcessor: atMost(2, 'processor', 'processor time of a step of that chain'),
  starter: atMost(1, 'processor', 'a command through the starter, to one through execa'),
  pickUp: atMost(2.5, 'elapsed', 'a released step, a run started by hand, to its output'),
  waiting: atMost(5, 'elapsed', 'transactions for 100 workers that wait'),
  largeRunEnd: atMost(2, 'elapsed', 'end of a step in a run of 1,000'),
  largeRunStart: atMost(20, 'elapsed', 'start of a run of 1,000 steps'),
  firstStart: atMost(0.6, 'elapsed', 'start on an empty embedded database'),
  laterStart: atMost(1.6, 'elapsed', 'later starts on the embedded database'),
  startOnPostgres: atMost(8, 'elapsed', 'start on PostgreSQL'),
  embeddedPage: atMost(1.5, 'elapsed', 'page of 50 from the embedded database'),
  serverMemory: atMost(220, 'elapsed', 'idle memory of a server on PostgreSQL'),
  workerMemory: atMost(90, 'elapsed', 'idle memory of a worker'),
  embeddedMemory: atMost(500, 'elapsed', 'idle memory of an embedded server after 3,000 steps'),
  authentication: atMost(1.05, 'processor', 'authentication by key or session'),
  heldUp: atMost(1000, 'elapsed', 'the longest wait of a caller during attacks'),
} as const satisfies Record<string, Goal>;

function atLeast(value: number, by: JudgedBy, name: string): Goal {
  return { name, at: 'least', value, by };
}

function atMost(value: number, by: JudgedBy, name: string): Goal {
  return { name, at: 'most', value, by };
}
