import * as z from 'zod';

/**
 * Refuses a map from outside that has a key `__proto__`: the schema library would leave it out and say nothing.
 */
export function keepingKeys<S extends z.ZodType>(schema: S): z.ZodType<z.output<S>, z.input<S>> {
  const checked = z.preprocess((value, context) => {
    if (typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__'))
      context.addIssue({
        code: 'custom',
        path: ['__proto__'],
        message: 'expected a name other than "__proto__"',
      });
    return value;
  }, schema);
  return checked as z.ZodType<z.output<S>, z.input<S>>;
}
