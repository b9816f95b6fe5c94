import { STATUS_CODES } from 'node:http';
import * as z from 'zod';

/** Describes a JSON answer of a route. */
export function answer(description: string, schema: z.ZodType) {
  return { description, content: { 'application/json': { schema } } };
}

/** Describes the refusals of a route, by their statuses. */
export function problems(...statuses: number[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      answer(STATUS_CODES[status] ?? 'Refused', status === 422 ? faults : sentence),
    ]),
  );
}

const sentence = z.object({ detail: z.string() }).meta({ id: 'Problem' });

const fault = z.object({
  loc: z.array(z.union([z.string(), z.int()])).meta({ examples: [['query', 'limit']] }),
  msg: z.string().meta({ examples: ['expected 200 or less, got "500"'] }),
  type: z.string().meta({ examples: ['less_than_equal'] }),
});
const faults = z.object({ detail: z.array(fault) }).meta({ id: 'Faults' });
