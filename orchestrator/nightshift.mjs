#!/usr/bin/env node
import { whyTooOld } from './oldNode.mjs';

const problem = whyTooOld(process.versions.node);
if (problem === undefined) await start();
else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

/** An older Node.js cannot even read what comes from here on. */
async function start() {
  const { settleProcess } = await import('../contract/processSettings.mjs');
  settleProcess();
  await import('./nightshift.ts');
}
