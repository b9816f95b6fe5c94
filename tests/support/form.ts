/** Whether tests run in their full form (`npm run test:faults`), which takes hours, and not in the short one of `npm test`. */
export const isFullForm = process.env.NIGHTSHIFT_FAULTS === 'full';

/** Gives the size of something in the form in which tests run: how many rounds, rows or workers. */
export function sized<T>({ short, full }: { short: T; full: T }): T {
  return isFullForm ? full : short;
}
