import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openDatabase } from '../../database/database.ts';
import { MIGRATIONS_DIR } from '../../database/migrationFiles.ts';
import { hashDefinition, planDefinition } from '../../domain/plans/planDefinition.ts';
import { registerPlan } from '../../domain/plans/plans.ts';
import { findRun } from '../../domain/runs/read.ts';
import { readScheduledRuns } from '../../domain/schedule/scheduledRuns.ts';
import { describeOnBoth } from '../support/databases.ts';
import { everything } from '../support/domain.ts';
import { tempDir } from '../support/tempDir.ts';

describeOnBoth('A database from before there were projects', (database) => {
  it('keeps its plans, runs, schedules and due times, and the project that has the plan gets them', async () => {
    const config = await database.createFresh();
    const without = await openDatabase(config, { migrate: false });
    await without.query({ text: 'DROP SCHEMA public CASCADE' });
    await without.query({ text: 'CREATE SCHEMA public' });
    await without.close();

    const older = tempDir();
    for (const name of readdirSync(MIGRATIONS_DIR).filter((one) => one < '0032' || one.endsWith('.toml')))
      cpSync(join(MIGRATIONS_DIR, name), join(older, name), { recursive: true });
    const definition = planDefinition.parse({ name: 'nightly', steps: [{ task: 'a' }] });
    const hash = hashDefinition(definition);
    const before = await openDatabase(config, { migrationsDir: older });
    for (const text of [
      `INSERT INTO plans (hash, name, definition) VALUES ('${hash}', 'nightly', '${JSON.stringify(definition)}')`,
      `INSERT INTO runs (run_id, plan_hash, scope) VALUES ('nightly-2025-01-15', '${hash}', 'plan-${hash.slice(0, 32)}')`,
      `INSERT INTO schedules (plan, expression, timezone, known_at) VALUES ('nightly', '30 2 * * *', 'UTC', '2025-01-01')`,
      `INSERT INTO schedule_ticks (plan, due_at, outcome, run_id)
        VALUES ('nightly', '2025-01-15T02:30:00Z', 'started', 'nightly-2025-01-15')`,
      `INSERT INTO plan_states (plan, state, said_by) VALUES ('nightly', 'paused', 'ann')`,
      `INSERT INTO plan_origins (plan, origins, worker) VALUES ('nightly', ARRAY['github.com/acme/site'], 'w1')`,
    ])
      await before.query({ text });
    await before.close();

    const after = await openDatabase(config);
    try {
      expect(await findRun(after, 'nightly-2025-01-15')).toMatchObject({ plan: 'nightly', project: null });
      expect(await readScheduledRuns(after, 'nightly', 10)).toMatchObject([
        { project: null, outcome: 'started' },
      ]);
      const home = { project: 'acme/site', isGuessed: false };
      expect((await registerPlan(after, everything, definition, 'graphql', home)).hash).toBe(hash);
      expect(await findRun(after, 'nightly-2025-01-15')).toMatchObject({ project: 'acme/site' });
      expect(await readScheduledRuns(after, 'nightly', 10)).toMatchObject([{ project: 'acme/site' }]);
      for (const table of ['schedules', 'plan_states'])
        expect(await after.query({ text: `SELECT project FROM ${table}` })).toEqual([
          { project: 'acme/site' },
        ]);
      expect(await after.query({ text: `SELECT project FROM plan_origins ORDER BY id` })).toEqual([
        { project: '' },
        { project: 'acme/site' },
      ]);
    } finally {
      await after.close();
    }
  });
});
