import { readFileSync, writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchema } from './index.ts';

/** Gives the schema as text, sorted, with every description: the committed contract. */
export function printContract(): string {
  return `${printSchema(lexicographicSortSchema(buildSchema()))}\n`;
}

if (import.meta.main) {
  const file = new URL('../schema.graphql', import.meta.url);
  const text = printContract();
  if (readOrNothing(file) !== text) writeFileSync(file, text);
}

function readOrNothing(file: URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
