import { PGlite } from '@electric-sql/pglite';
import { announce } from './announce.ts';

/** The embedded database alone, on the directory that the environment names: no server that has one starts sooner. */
const database = await PGlite.create({ dataDir: process.env.NIGHTSHIFT_DATA });
await database.query('SELECT 1');
announce('pglite', () => database.close());
