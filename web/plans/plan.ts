import type { OnePlanQuery } from '../generated/graphql.ts';

/** A plan as its view reads it. */
export type Plan = OnePlanQuery['plans'][number];
