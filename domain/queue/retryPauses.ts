/** Seconds from each try in vain to the next one, of what is sent to others: 10 s, 1 m, 10 m, 1 h, 6 h. After the last it is given up. */
const retryPauses = [10, 60, 600, 3600, 21_600];

/** How many tries there are. */
export const maxTries = retryPauses.length + 1;

/** Says after how many seconds the next try is due when so many were in vain; nothing when there is none. */
export function retryPauseAfter(tries: number): number | undefined {
  return retryPauses[tries - 1];
}
