import { checkAdvisories } from '../runners/integrate/checks/advisories.ts';
import { readLockfile } from '../runners/integrate/lockfile/readLockfile.ts';
import { createReport, skippedReport } from '../runners/report/report.ts';
import type { RunnerDefinition } from '../runners/report/runner.ts';
import { runRunner } from '../runners/report/runRunner.ts';

const name = 'check.advisories';

/** Whether the packages that are installed with `--omit=dev` are free of grave advisories; a silent registry is no answer. */
export const advisoriesRunner: RunnerDefinition<object> = {
  name,
  description: 'Ask the registry for known advisories about the packages that production needs.',
  help: 'Advisories of high or critical severity fail. If the registry does not answer, the exit code is 77.',
  options() {},
  async run(_, { cwd }) {
    const lockfile = await readLockfile(cwd);
    const parts = await checkAdvisories({ cwd, lockfile, auditTimeoutMs: 120_000 }, ['--omit=dev']);
    const [unasked] = parts.notChecked ?? [];
    return unasked
      ? skippedReport(name, unasked.why)
      : createReport(name, { findings: parts.findings ?? [] });
  },
};

if (import.meta.main) await runRunner(advisoriesRunner);
