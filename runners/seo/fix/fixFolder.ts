import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkSite, type Selection } from '../check.ts';
import type { Edit, Issue } from '../issue.ts';
import { type FolderSource, readFolder } from '../read/folder.ts';
import { allRules } from '../rules/all.ts';
import type { Site } from '../site.ts';
import { applyEdits } from './applyEdits.ts';

/** The result for a folder: the edits made, and what is left to a person. */
export interface FixedFolder {
  edits: Edit[];
  /** The site as it is after the edits. */
  site: Site;
  left: Issue[];
}

/** An edit can make room for another one, such as a title that was only space; more rounds than this never help. */
const mostRounds = 3;

/** Mends the files of a folder where a finding has one right answer; `root` is what the edits' paths are relative to. */
export async function fixFolder(
  from: FolderSource,
  root: string,
  selection: Selection,
): Promise<FixedFolder> {
  const edits: Edit[] = [];
  for (let round = 1; ; round += 1) {
    const site = await readFolder(from);
    const left = checkSite(site, allRules, selection);
    const wanted = left.flatMap(({ fix }) => fix ?? []);
    if (wanted.length === 0 || round > mostRounds) return { edits, site, left };
    for (const [file, group] of Map.groupBy(wanted, (edit) => edit.file)) {
      const path = join(root, file);
      const { text, applied } = applyEdits(await readFile(path, 'utf8'), group);
      await writeFile(path, text);
      edits.push(...applied);
    }
  }
}
