import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { check } from 'recheck';
import { findExpressions } from './support/expressions.ts';

/** Files that put an expression together; each of them out of our own words only. */
const composing = ['contract/urls/webLink.ts', 'orchestrator/terminal.ts', 'server/http/methods.ts'];

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs'])
  .toString()
  .split('\n')
  .filter(
    (file) => file !== '' && !/^(tests|bench|examples|prisma\/generated|client\/generated)\//.test(file),
  );
const found = files.map((file) => ({ file, ...findExpressions(file, readFileSync(file, 'utf8')) }));

const faults: string[] = [];
for (const { file, literals, composed } of found) {
  if (!composing.includes(file))
    faults.push(...composed.map((place) => `${place} puts an expression together; search the text instead.`));
  for (const { place, pattern, flags } of literals) {
    const { status, ...rest } = await check(pattern, flags, { timeout: 600_000 });
    if (status === 'safe') continue;
    const why = 'complexity' in rest && rest.complexity ? rest.complexity.summary : 'it could not be judged';
    faults.push(`${place} /${pattern}/${flags}: ${why}`);
  }
}
for (const fault of faults) console.error(fault);
if (faults.length > 0)
  console.error(
    'The time of these grows faster than their text, which comes from outside: write them so that no two parts can match the same characters, or search the text.',
  );
process.exitCode = faults.length > 0 ? 1 : 0;
