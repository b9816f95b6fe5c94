import * as z from 'zod';

/** How many requests one caller may send in a time. */
export interface RateLimit {
  requests: number;
  seconds: number;
}

const units = new Map([
  ['s', 1],
  ['min', 60],
  ['h', 3600],
]);

/** Requests of one caller in a second, a minute or an hour, such as `600/min`; unset, without a limit. */
export const rateLimit = z
  .string()
  .trim()
  .regex(/^[1-9]\d{0,6}\/(s|min|h)$/, {
    error: 'expected a number of requests and a time (s, min or h), such as 600/min',
  })
  .transform((text): RateLimit => {
    const [requests, unit = ''] = text.split('/');
    return { requests: Number(requests), seconds: units.get(unit) ?? 60 };
  })
  .optional();
