import type * as z from 'zod';
import { describeRule } from '../../contract/input/describeRule.ts';
import { InvalidInputError } from './errors.ts';
import type { InputIssue } from './wording.ts';

/** How schemas are asked to say what they want. */
export const plainWords = { reportInput: true, error: describeRule } as const;

/**
 * Checks input against a schema once, at the edge.
 * @throws InvalidInputError naming each field, what was expected and what came.
 */
export function readInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input, plainWords);
  if (result.success) return result.data;
  throw new InvalidInputError(result.error.issues.map(toIssue));
}

/** Turns an issue of the schema library into ours. */
export function toIssue(issue: z.core.$ZodIssue): InputIssue {
  const came = 'input' in issue && !issue.message.includes('received') ? describe(issue.input) : '';
  return {
    path: issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step)),
    message: `${issue.message.replace(/^Invalid input: /, '')}${came && !issue.message.includes(', got') ? `, got ${came}` : ''}`,
    type: typeOf(issue),
  };
}

function typeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return String(issue.params?.type ?? 'value_error');
  if (issue.code === 'invalid_type' && 'input' in issue && issue.input === undefined) return 'missing';
  return issue.code;
}

function describe(input: unknown): string {
  if (input === undefined) return 'nothing';
  if (typeof input === 'object' && input !== null) return Array.isArray(input) ? 'an array' : 'an object';
  const text = typeof input === 'string' ? JSON.stringify(input) : String(input);
  return text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
}
