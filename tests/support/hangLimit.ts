import { sized } from './form.ts';

const minuteMs = 60_000;

/** After how many milliseconds a test counts as hanging. No result depends on how fast a machine is. */
export const hangLimitMs = sized({ short: 15, full: 60 }) * minuteMs;

/** After how many milliseconds a test that waits for something says what did not come; before the test itself ends. */
export const waitLimitMs = hangLimitMs / 3;
