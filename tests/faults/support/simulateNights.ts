import { setTimeout as wait } from 'node:timers/promises';
import { type KeeperProcess, startKeeper } from './keeperProcess.ts';
import { type Chance, type Look, nightOf } from './nights.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What can happen in a night. */
const weathers = [
  'calm',
  'calm',
  'kill',
  'kill',
  'away',
  'away',
  'keeperClock',
  'keeperClock',
  'serverClock',
  'database',
  'longRun',
] as const;
type Weather = (typeof weathers)[number];

/** Where nights are simulated. */
export interface World {
  target: string;
  zones: readonly string[];
  replicas: number;
  /** Ends the database like a power cut and starts it again, where it is a process of its own. */
  database?: { kill(): Promise<void>; start(): Promise<void> };
}

/** What was done in simulated nights. */
export interface Simulated {
  looks: Look[];
  /** The dates after whose due times all that waited was carried out. */
  workedOn: Set<string>;
  /** How many nights had which weather. */
  weathers: Record<string, number>;
}

/** Lets processes keep their plans through these nights; in between, when dates are left out, nobody looks. */
export async function simulateNights(
  world: World,
  dates: readonly string[],
  chance: Chance,
): Promise<Simulated> {
  const { zones, database } = world;
  const replicas = replicasOf(world, chance);
  const simulated: Simulated = { looks: replicas.looks, workedOn: new Set(), weathers: {} };
  // Each weather comes in turn, so that few nights have them all.
  const turn = Math.floor(chance.next() * weathers.length);
  await replicas.startAll();
  await replicas.lookAt(Date.parse(`${dates[0]}T00:00:00Z`) - 12 * hourMs);
  for (const [index, date] of dates.entries()) {
    const weather = weathers[(index + turn) % weathers.length] ?? 'calm';
    simulated.weathers[weather] = (simulated.weathers[weather] ?? 0) + 1;
    await replicas.startAll();
    const dueTimes = zones.map((zone) => nightOf(date, zone));
    const hit = chance.pick(dueTimes);
    for (const due of dueTimes) await pass(due, due === hit ? weather : clocksOnly(weather));
    if (replicas.isAway()) {
      await replicas.startAll();
      await replicas.lookAt(Math.max(...dueTimes) + chance.pick([2, 5, 10, 13]) * hourMs);
    }
    if (weather !== 'longRun') {
      await replicas.work();
      simulated.workedOn.add(date);
    }
  }
  await replicas.killAll();
  return simulated;

  /** Lets a due time pass, with what happens at it. */
  async function pass(due: number, weather: Weather): Promise<void> {
    const shift = chance.pick([-1, 1]) * hourMs;
    const clocks = {
      keeper: weather === 'keeperClock' ? shift : 0,
      server: weather === 'serverClock' ? shift : 0,
    };
    await replicas.lookAt(due - 60 * minuteMs, clocks);
    if (weather === 'away') await replicas.killAll();
    if (weather === 'database') await database?.kill();
    await replicas.lookAt(due, { ...clocks, kill: weather === 'kill' });
    if (weather === 'database') await database?.start();
    if (weather === 'away' && chance.next() < 0.4) await replicas.startAll();
    for (const minutes of [1, 61]) await replicas.lookAt(due + minutes * minuteMs, clocks);
  }
}

/** The clocks of a night are the same at all of its due times. */
function clocksOnly(weather: Weather): Weather {
  return weather === 'keeperClock' || weather === 'serverClock' ? weather : 'calm';
}

/** Processes that look at once, and can be killed. */
function replicasOf({ target, zones, replicas }: World, chance: Chance) {
  const looks: Look[] = [];
  let keepers: KeeperProcess[] = [];
  const start = (count: number) =>
    Promise.all(Array.from({ length: count }, () => startKeeper(target, zones)));

  return {
    looks,
    isAway: () => keepers.length === 0,
    async startAll() {
      keepers.push(...(await start(replicas - keepers.length)));
    },
    async killAll() {
      await Promise.all(keepers.map((keeper) => keeper.kill()));
      keepers = [];
    },
    async work() {
      const answer = await keepers[0]?.work();
      if (answer !== 'ok') throw new Error(`The tasks were not carried out: ${answer}`);
    },
    /** All look at once; one or all may be killed in the middle. */
    async lookAt(time: number, { keeper = 0, server = 0, kill = false } = {}) {
      const clocks = { keeper: time + keeper, server: time + server };
      const kills = kill ? chance.pick([1, keepers.length]) : 0;
      const answers = keepers.map(async (one, index) => {
        const answer = one.look(clocks.keeper, clocks.server);
        if (index < kills) await wait(chance.next() * 40).then(() => one.kill());
        const came = await answer;
        if (came !== 'away') looks.push({ ...clocks, isCertain: came === 'ok' });
      });
      await Promise.all(answers);
      keepers = [...keepers.slice(kills), ...(await start(kills))];
    },
  };
}
