import * as z from 'zod';
import type { Client } from '../../client/index.ts';
import { ownValue } from '../../contract/ownValue.ts';
import { planDefinition } from '../../contract/plan/plan.ts';
import { graphqlName } from '../../contract/words/words.ts';
import type { PlanContent } from './planInput.ts';

type PlanInput = Parameters<Client['registerPlan']>[0];

/** The content of a plan as GraphQL takes it: `always` is `ALWAYS` there. */
export function planArgument(content: PlanContent): PlanInput {
  return named(planDefinition, content) as PlanInput;
}

/** Writes each word of a value, by its schema, as GraphQL names it. */
function named(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return named(schema.unwrap(), value);
  if (schema instanceof z.ZodEnum) return typeof value === 'string' ? graphqlName(value) : value;
  if (schema instanceof z.ZodArray)
    return Array.isArray(value) ? value.map((item) => named(schema.element, item)) : value;
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  const { shape } = schema;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, named(ownValue(shape, key), item)]),
  );
}
