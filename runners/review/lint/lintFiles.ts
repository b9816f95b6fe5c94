import { joinParts, type ReportParts } from '../../report/report.ts';
import { runBiome, type ToolTask } from '../../repository/biome.ts';
import { runEslint } from './runEslint.ts';

/** Lints files with every linter that the repository has: Biome, ESLint or both. */
export async function lintFiles(task: ToolTask): Promise<ReportParts> {
  const parts = [await runBiome('lint', task), await runEslint(task)].filter((part) => part !== undefined);
  if (parts.length > 0) return joinParts(parts);
  return { notChecked: [{ what: 'lint', why: 'the repository has neither ESLint nor Biome' }] };
}
