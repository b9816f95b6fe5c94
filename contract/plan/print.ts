import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withOperations } from '../words/operationTable.ts';
import { printDefinition } from './printDefinition.ts';
import { withReference } from './reference.ts';

/** Writes what is made of tables here: those of plan options and of operations in the docs, and the types that editors show. */
function print(): void {
  const docs = fileURLToPath(new URL('../../docs', import.meta.url));
  for (const page of readdirSync(docs).filter((name) => name.endsWith('.md')))
    rewrite(`${docs}/${page}`, (text) => withOperations(withReference(text)));
  rewrite(fileURLToPath(new URL('./definition.ts', import.meta.url)), printDefinition);
}

function rewrite(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after !== before) writeFileSync(file, after);
}

print();
