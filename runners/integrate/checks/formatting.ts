import { joinParts, type ReportParts } from '../../report/report.ts';
import { runBiome } from '../../repository/biome.ts';
import type { Project } from '../project.ts';
import { runPrettier } from './prettier.ts';

/** Checks that files are formatted as the repository's own formatter would: Biome, Prettier or both. */
export async function checkFormatting(project: Project): Promise<ReportParts> {
  const { cwd, scope, stream, root, formatTimeoutMs } = project;
  const task = { cwd, stream, files: scope, manifest: root.manifest, timeoutMs: formatTimeoutMs };
  const parts = [await runBiome('format', task), await runPrettier(task)].filter(
    (part) => part !== undefined,
  );
  if (parts.length > 0) return joinParts(parts);
  return { notChecked: [{ what: 'formatting', why: 'the repository has neither Biome nor Prettier' }] };
}
