import { readFileSync, writeFileSync } from 'node:fs';
import { describeLock, type Lock } from './support/billOfMaterials.ts';

const [file] = process.argv.slice(2);
if (!file) throw new Error('Name the file to write, such as nightshift.cdx.json.');
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
writeFileSync(file, describeLock(lock, new Date()));
