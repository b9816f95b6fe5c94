import { parentPort, workerData } from 'node:worker_threads';
import { attacksOn } from './attacks.ts';

const { name, url, byKey } = workerData as { name: string; url: string; byKey: Record<string, string> };
const attack = attacksOn(byKey).find((one) => one.name === name);
if (attack === undefined || parentPort === null) throw new Error(`There is no attack ${name}.`);
const under = await attack.begin(url);
parentPort.once('message', async () => {
  await under.stop();
  process.exit();
});
parentPort.postMessage('begun');
