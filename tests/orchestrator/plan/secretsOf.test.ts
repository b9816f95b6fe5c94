import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPlan } from '../../../orchestrator/plan/readPlan.ts';
import { secretsOf } from '../../../orchestrator/plan/secretsOf.ts';
import { tempDir } from '../../support/tempDir.ts';

describe('The secrets of a plan', () => {
  const plan = readPlan(
    { name: 'night', steps: [{ task: 'a', cmd: ['true'], secrets: ['TOKEN'] }] },
    '/x/night.plan.ts',
    'night',
  );

  it('are the same list while they are the same, and another one once a value or the key changes', () => {
    const keyFile = join(tempDir(), 'key');
    const list = (TOKEN: string) => secretsOf({ variables: { TOKEN }, keyFile }, plan);
    const first = list('the first token');
    expect(first).toContain('the first token');
    expect(list('the first token')).toBe(first);
    expect(list('the second token')).toContain('the second token');
    expect(list('the second token')).not.toContain('the first token');
    writeFileSync(keyFile, 'the key of the machine', { mode: 0o600 });
    expect(list('the second token')).toContain('the key of the machine');
  });
});
