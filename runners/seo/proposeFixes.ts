import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { plural } from '../../contract/text/plural.ts';
import type { Outcome } from '../pullRequest/proposal.ts';
import { proposeChange } from '../pullRequest/proposeChange.ts';
import { type Finding, type Report, type ReportParts, skippedReport } from '../report/report.ts';
import type { RunnerContext } from '../report/runner.ts';
import { UserError } from '../report/userError.ts';
import type { Selection } from './check.ts';
import { type FixedFolder, fixFolder } from './fix/fixFolder.ts';
import { editTable, writeProposal } from './fix/proposal.ts';
import type { FolderSource } from './read/folder.ts';
import { parseSite } from './settings.ts';
import { runnerName, siteReport } from './siteReport.ts';

/** The branch that holds the proposed fixes. */
const branch = 'nightshift/seo-fixes';

/** Fixes a folder on a copy of the default branch, proposes the fixes as a pull request, and reports what is left. */
export async function proposeFixes(
  source: FolderSource,
  selection: Selection,
  options: { strict: boolean; repo: string | undefined },
  { cwd, environment, log }: RunnerContext,
): Promise<Report> {
  const { GITHUB_TOKEN, GITHUB_API_URL } = environment.variables;
  const { result, outcome } = await proposeChange<FixedFolder>(
    {
      cwd,
      branch,
      label: 'nightshift',
      repo: options.repo,
      token: GITHUB_TOKEN || undefined,
      apiUrl: parseSite(GITHUB_API_URL || 'https://api.github.com', 'GITHUB_API_URL').href,
      log,
    },
    async (checkout) => {
      const folder = join(checkout, source.shown);
      await requireFolder(folder, source.shown);
      const fixed = await fixFolder({ ...source, folder }, checkout, selection);
      return fixed.edits.length === 0 ? { result: fixed } : { result: fixed, text: writeProposal(fixed) };
    },
  );
  if (result.site.pages.length === 0) return skippedReport(runnerName, `no HTML page in ${source.shown}`);
  return siteReport(result.site, result.left, options.strict, partsOf(result, outcome));
}

async function requireFolder(folder: string, shown: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new UserError(
    `${shown} is not on the default branch, so no pull request can fix it.`,
    'Commit it there first, or pass the folder of its sources with --dir; with --dry-run you can check any folder.',
  );
}

function partsOf({ edits, left, site }: FixedFolder, outcome: Outcome): ReportParts {
  const fixed = `${plural(edits.length, 'fix', 'fixes')} in ${plural(new Set(edits.map(({ file }) => file)).size, 'file')}`;
  const rest = `${plural(left.length, 'finding')} left in ${plural(site.pages.length, 'page')}`;
  const tables = edits.length === 0 ? [] : [editTable(edits)];
  switch (outcome.kind) {
    case 'nothing':
      return { tables, summary: `nothing to fix automatically; ${rest}` };
    case 'failed':
      return {
        tables,
        summary: `${fixed} made, but not proposed; ${rest}`,
        findings: [faultFinding(outcome)],
      };
    case 'declined':
      return {
        tables,
        summary: `${fixed} were proposed before and closed; ${rest}`,
        notChecked: [
          {
            what: 'a new proposal',
            why: `${outcome.url} held the same fixes and was closed; delete the branch ${branch} to see them again`,
          },
        ],
      };
    default: {
      const outputs = { outputs_uri: outcome.url };
      return { tables, outputs, summary: `${fixed} proposed (pull request ${outcome.kind}); ${rest}` };
    }
  }
}

function faultFinding({ message, hint }: Extract<Outcome, { kind: 'failed' }>): Finding {
  return { rule: 'pullRequest', severity: 'error', message, hint };
}
