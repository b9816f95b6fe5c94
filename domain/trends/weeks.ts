/** Weeks are counted from this Monday, in UTC; as SQL. */
export const firstWeek = `timestamptz '2000-01-03 00:00:00+00'`;

/** The same in milliseconds since 1970. */
export const firstWeekMs = Date.UTC(2000, 0, 3);
