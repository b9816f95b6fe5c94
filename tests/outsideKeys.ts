import { resolve } from 'node:path';
import { findOutsideKeys } from './support/outsideKeys.ts';

/** The one file that may: it looks first whether the object has the property itself. */
const guarded = resolve('contract/ownValue.ts');
const unchecked = ['node_modules', 'tests', 'bench', 'prisma/generated', 'client/generated'].map(
  (folder) => `${resolve(folder)}/`,
);

const found = findOutsideKeys(
  resolve('tsconfig.json'),
  (file) =>
    file.startsWith(resolve('.')) && file !== guarded && !unchecked.some((folder) => file.startsWith(folder)),
);
for (const place of found) console.error(place.replace(`${resolve('.')}/`, ''));
if (found.length > 0)
  console.error(
    'A name that may be any text indexes an object: use a Map, or ownValue of contract/ownValue.ts.',
  );
process.exitCode = found.length > 0 ? 1 : 0;
