/** How a column gives room, without anything that people look for being cut. */
export type Narrowing =
  | { text: 'wrapped'; steps: readonly Step[] }
  /** `shorten` gives the form of a text that is wider than what is left. */
  | { text: 'shortened'; steps: readonly Step[]; shorten(text: string, width: number): string }
  /** Where not all of them fit, each stands below its row, over the whole width. */
  | { text: 'below' };

/** Steps of lower rank come first, over all columns. Each leaves so many columns of the terminal; none leaves it out. */
interface Step {
  rank: number;
  to: number;
}

/** A time: its seconds go first, then the year, or the time of day where it is long ago or far off. */
export const narrowTime: Narrowing = {
  text: 'shortened',
  steps: [
    { rank: 1, to: 16 },
    { rank: 4, to: 11 },
    { rank: 12, to: 0 },
  ],
  shorten(time, width) {
    if (width >= 16) return time.slice(0, 16);
    const isFar = Math.abs(Date.parse(time) - Date.now()) > farMs;
    return isFar ? time.slice(0, 10) : time.slice(5, 16);
  },
};

/** Farther away, a day without its year could be taken for another. */
const farMs = 300 * 24 * 60 * 60 * 1000;

/** A time of a day that stands elsewhere: where little room is the time of day is left. */
export const narrowClock: Narrowing = {
  text: 'shortened',
  steps: [
    { rank: 1, to: 16 },
    { rank: 4, to: 8 },
    { rank: 12, to: 0 },
  ],
  shorten: (time, width) => (width >= 16 ? time.slice(0, 16) : time.slice(11, 19)),
};

/** A long id whose beginning is enough to name it. */
export const narrowId: Narrowing = {
  text: 'shortened',
  steps: [{ rank: 2, to: 8 }],
  shorten: (id, width) => id.slice(0, width),
};

/** A name or an id that is shown beside what people act by. */
export const narrowName: Narrowing = {
  text: 'wrapped',
  steps: [
    { rank: 7, to: 20 },
    { rank: 9, to: 14 },
    { rank: 11, to: 8 },
  ],
};

/** A reason, a note or a link. */
export const narrowText: Narrowing = { text: 'below' };

/** What is nice to know, and shown where there is room for all of it. */
export const narrowDetail: Narrowing = {
  text: 'shortened',
  steps: [{ rank: 3, to: 0 }],
  shorten: (text) => text,
};

/** What must be read whole, over several lines if need be. */
export const narrowWrapped: Narrowing = {
  text: 'wrapped',
  steps: [
    { rank: 4, to: 20 },
    { rank: 10, to: 14 },
    { rank: 11, to: 10 },
  ],
};
