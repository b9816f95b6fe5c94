import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printDefinition } from './printDefinition.ts';
import { withReference } from './reference.ts';

/** Writes what is made of the options of plans: the tables in the docs, and the types that editors show. */
function print(): void {
  const docs = fileURLToPath(new URL('../../docs', import.meta.url));
  for (const page of readdirSync(docs).filter((name) => name.endsWith('.md')))
    rewrite(`${docs}/${page}`, withReference);
  rewrite(fileURLToPath(new URL('./definition.ts', import.meta.url)), printDefinition);
}

function rewrite(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after !== before) writeFileSync(file, after);
}

print();
