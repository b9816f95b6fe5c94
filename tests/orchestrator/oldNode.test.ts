import { expect, it } from 'vitest';
import { whyTooOld } from '../../orchestrator/oldNode.mjs';

it.each(['20.19.2', '22.17.9', '18.0.0'])(
  'Node.js %s is told to be too old, and what to run instead',
  (version) => {
    expect(whyTooOld(version)).toBe(
      `Nightshift needs Node.js 22.18 or newer, this is ${version}. Run \`npx nightshift\`: npm ci has installed one that fits.`,
    );
  },
);

it.each(['22.18.0', '24.0.0', '26.1.0', process.versions.node])('Node.js %s is new enough', (version) => {
  expect(whyTooOld(version)).toBeUndefined();
});
