import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Where Node keeps what it has compiled. */
const compiled = fileURLToPath(new URL('../node_modules/.cache/nightshift', import.meta.url));

/** Whether these settings of V8 are known: another version may not have them, and would say so. */
const isKnown = process.versions.node.startsWith('24.');

let isSettled = false;

export function settleProcess() {
  if (isSettled) return;
  isSettled = true;
  if (isKnown) {
    setFlagsFromString('--semi-space-growth-factor=1');
    // The embedded database is to be optimized where it works hard, and not while it starts.
    setFlagsFromString('--wasm-tiering-budget=1000000000');
  }
  // After the settings, on which compiled code depends. Where nothing may be written, modules are compiled as ever.
  enableCompileCache(compiled);
}

/** More does not make a server faster, and V8 would take sixteen times as much. */
const enoughBytes = 8 * 1024 * 1024;

export function growWithWork() {
  if (!isKnown) return;
  setFlagsFromString('--semi-space-growth-factor=2');
  const timer = setInterval(() => {
    const space = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (space === undefined || space.space_size < enoughBytes) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    clearInterval(timer);
  }, 250);
  timer.unref();
}
