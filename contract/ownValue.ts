/**
 * Reads a property by a name that came from outside; undefined when the object has none of its own, also for names that
 * every object inherits, such as `constructor`. Elsewhere `npm run check` refuses to index an object by such a name.
 */
export function ownValue<T extends object>(record: T, name: string): T[keyof T & string] | undefined {
  return Object.hasOwn(record, name) ? record[name as keyof T & string] : undefined;
}
