import * as z from 'zod';

/** Whom GraphiQL is shown to: nobody, the browsers of the server's own computer, or everybody. */
const graphiqlModes = ['off', 'loopback', 'on'] as const;
export type GraphiqlMode = (typeof graphiqlModes)[number];

/** Whom GraphiQL is shown to: everybody unless set. */
export const graphiqlMode = word(z.enum(graphiqlModes)).default('on');

/** Something that is on unless it is switched off. */
export const onUnlessOff = word(z.enum(['on', 'off']))
  .default('on')
  .transform((text) => text === 'on');

function word<T extends z.ZodType<unknown, string>>(one: T) {
  return z.string().trim().toLowerCase().pipe(one);
}
