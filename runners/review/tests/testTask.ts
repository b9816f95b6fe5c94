import type { ChangeBase } from '../../repository/changeBase.ts';
import type { FileChanges } from '../../repository/changedFiles.ts';
import type { ImportGraph } from '../../repository/importGraph.ts';
import type { Manifest } from '../../repository/manifest.ts';
import type { TestLimits } from './runInBatches.ts';

/** What test runners are given. */
export interface TestTask extends TestLimits {
  cwd: string;
  manifest: Manifest | undefined;
  /** Undefined when the whole tree is reviewed: then every test runs. */
  base: ChangeBase | undefined;
  changes: FileChanges;
  allFiles: readonly string[];
  /** Reads who imports whom, once for all that ask. */
  graph(): Promise<ImportGraph>;
  /** Deals the order of equally near test files anew when it differs. */
  deal: string;
}
