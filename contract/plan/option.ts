import * as z from 'zod';
import { ownValue } from '../ownValue.ts';

/** Fields of what the server knows of a plan, by their names. */
type Fields = Readonly<Record<string, z.ZodType>>;

/** An option that the server need not know. */
type Nothing = Readonly<Record<never, never>>;

type FieldInputs<K extends Fields> = { -readonly [N in keyof K]?: z.input<K[N]> };

/** One option of a plan: how its file writes it, how the server knows it, and how the one becomes the other. */
export interface Option<File extends z.ZodType = z.ZodType, Known extends Fields = Fields> {
  /** What the file may hold. */
  readonly file: File;
  /** What the reference and editors say of it, in Markdown. */
  readonly text: string;
  /** What counts where nobody says anything, and is not filled in when the file is read. */
  readonly fallback: z.input<File> | undefined;
  /** How the reference names the default, where neither `file` nor `fallback` tell all of it. */
  readonly shownDefault: string | undefined;
  /** What the server knows of it. */
  readonly known: Known;
  /** Turns a value of the file into the fields of the server; an absent field leaves the hash of the plan as it is. */
  toKnown(value: z.output<File>, siblings: unknown): FieldInputs<Known>;
}

/** Options by their names, in the order of the reference. */
export type Options = Readonly<Record<string, Option>>;

/**
 * Describes an option. Without `known` it concerns the worker alone; with one field there and no `toKnown`, both forms
 * are the same.
 */
export function option<File extends z.ZodType, Known extends Fields = Nothing>(given: {
  file: File;
  text: string;
  fallback?: z.input<File>;
  shownDefault?: string;
  known?: Known;
  toKnown?(value: z.output<File>, siblings: unknown): FieldInputs<Known>;
}): Option<File, Known> {
  const { file, text, fallback, shownDefault, known = {} as Known } = given;
  const [same] = Object.keys(known);
  const toKnown =
    given.toKnown ??
    ((value) => (same === undefined || value === undefined ? {} : { [same]: value }) as FieldInputs<Known>);
  return { file, text, fallback, shownDefault, known, toKnown };
}

type FileShape<O extends Options> = { -readonly [N in keyof O]: O[N]['file'] };

type Both<U> = (U extends unknown ? (one: U) => void : never) extends (both: infer B) => void ? B : never;

type KnownShape<O extends Options> =
  Both<O[keyof O]['known']> extends infer B extends Fields ? { -readonly [N in keyof B]: B[N] } : never;

type Known<O extends Options> = z.ZodObject<KnownShape<O>>;

/** The object that a plan file writes; unknown keys are faults, so that a misspelt one is noticed. */
export function fileObject<O extends Options>(options: O) {
  const shape = Object.fromEntries(Object.entries(options).map(([name, { file }]) => [name, file]));
  return z.strictObject(shape as FileShape<O>);
}

/** The object that the server knows. */
export function knownObject<O extends Options>(options: O): Known<O> {
  const shape: Fields = Object.assign({}, ...Object.values(options).map(({ known }) => known));
  return z.object(shape) as unknown as Known<O>;
}

/** Turns what a plan file has into what the server knows. */
export function toKnown<O extends Options>(
  options: O,
  values: { readonly [N in keyof O]?: z.output<O[N]['file']> },
): z.input<Known<O>> {
  const fields = Object.entries(options).map(([name, one]) => one.toKnown(ownValue(values, name), values));
  return Object.assign({}, ...fields);
}

/** Gives what counts where nobody says anything, for each option that has such a value. */
export function fallbacksOf<O extends Options>(options: O): { [N in keyof O]: z.output<O[N]['file']> } {
  const entries = Object.entries(options).flatMap(([name, { fallback }]) =>
    fallback === undefined ? [] : [[name, fallback] as const],
  );
  return Object.fromEntries(entries) as { [N in keyof O]: z.output<O[N]['file']> };
}
