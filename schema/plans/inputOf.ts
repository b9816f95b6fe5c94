import * as z from 'zod';
import { graphqlName } from '../../contract/words/words.ts';
import { builder } from '../builder.ts';
import { type EnumType, planEnumOf } from './planWords.ts';

const inputs = new Map<z.ZodType, InputType>();

/**
 * Makes the input type of an object that the domain checks: its fields, their types and what they say come from there, so
 * that the two never differ. An object within it must have been made an input type before.
 */
export function inputOf<S extends z.ZodObject>(name: string, schema: S, description: string) {
  const ref = builder.inputRef<z.input<S>>(name);
  inputs.set(schema, ref);
  ref.implement({
    description,
    fields: (t) => {
      const fields = Object.entries<z.ZodType>(schema.shape).map(([field, type]) => [
        field,
        t.field({
          type: typeOf(type, field),
          required: !type.isOptional(),
          ...(type.description === undefined ? {} : { description: asShown(type) }),
        }),
      ]);
      return Object.fromEntries(fields);
    },
  });
  return ref;
}

/** What is said of a field, with a default that is one word of an enum as GraphQL writes it. */
function asShown(schema: z.ZodType): string {
  const inner = withoutWrapping(schema);
  const text = schema.description ?? '';
  if (!(inner instanceof z.ZodEnum)) return text;
  const [said = '', word] = text.split(/ Default (?=[a-z]+\.$)/);
  return word === undefined ? text : `${said} Default \`${graphqlName(word.slice(0, -1))}\`.`;
}

type InputType = ReturnType<typeof builder.inputRef<object>>;
type Single = EnumType | 'String' | 'Int' | 'Float' | 'SafeInt' | 'Boolean' | 'JSON' | InputType;

function typeOf(schema: z.ZodType, field: string): Single | [Single] {
  const inner = withoutWrapping(schema);
  if (inner instanceof z.ZodArray) return [singleTypeOf(withoutWrapping(inner.element as z.ZodType), field)];
  return singleTypeOf(inner, field);
}

function singleTypeOf(schema: z.ZodType, field: string): Single {
  const known = inputs.get(schema);
  if (known !== undefined) return known;
  // Lengths of time pass what an Int holds.
  if (schema instanceof z.ZodNumber) return field.endsWith('Ms') ? 'SafeInt' : schema.isInt ? 'Int' : 'Float';
  if (schema instanceof z.ZodBoolean) return 'Boolean';
  if (schema instanceof z.ZodString) return 'String';
  const words = schema instanceof z.ZodEnum ? planEnumOf(schema.options) : undefined;
  if (words !== undefined) return words;
  if (schema instanceof z.ZodRecord) return 'JSON';
  throw new Error(`No input type is known for the field ${field}.`);
}

/** The schema within what says that it may be left out, or what prepares it. */
function withoutWrapping(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return withoutWrapping(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodPipe ? withoutWrapping(schema.out as z.ZodType) : schema;
}
