import { markdownLine } from '../../../contract/text/markdown.ts';
import { plural } from '../../../contract/text/plural.ts';
import type { ReportTable } from '../../report/report.ts';
import type { Edit, Issue } from '../issue.ts';
import type { FixedFolder } from './fixFolder.ts';

const mostLines = 100;

/** Writes the texts of the pull request that proposes some edits: title, commit message and body. */
export function writeProposal({ edits, left, site }: FixedFolder): {
  title: string;
  message: string;
  body: string;
} {
  const files = new Set(edits.map(({ file }) => file)).size;
  const title = `Fix SEO metadata in ${plural(files, 'file')}`;
  const message = `${title}\n\n${fixedLines(edits, (file) => file).join('\n')}`;
  const body = [
    `\`seo.validate\` read ${plural(site.pages.length, 'page')} and fixed the problems that have only one solution. Nothing else in the files was changed.`,
    '',
    '### Fixed',
    ...fixedLines(edits, code),
    '',
    '### Left for you',
    ...leftLines(left),
    '',
    '_Not checked: what JavaScript adds to pages, external links, page speed._',
  ].join('\n');
  return { title, message, body };
}

/** Makes the table of edits for the report. */
export function editTable(edits: readonly Edit[]): ReportTable {
  const rows = [...Map.groupBy(edits, ({ file }) => file)].map(([file, group]) => [file, summaries(group)]);
  return { title: 'Fixed', head: ['file', 'what'], rows };
}

function fixedLines(edits: readonly Edit[], show: (file: string) => string): string[] {
  const byFile = [...Map.groupBy(edits, ({ file }) => file)];
  return bounded(byFile.map(([file, group]) => `- ${show(file)}: ${summaries(group)}`));
}

function summaries(edits: Edit[]): string {
  return [...new Set(edits.map(({ summary }) => summary))].join(', ');
}

function leftLines(left: Issue[]): string[] {
  if (left.length === 0) return ['Nothing: no other finding.'];
  const order = left.toSorted((one, other) => one.severity.localeCompare(other.severity));
  return bounded(
    order.map(({ severity, rule, message, hint, file, line }) => {
      const place = file === undefined ? '' : ` ${code(line === undefined ? file : `${file}:${line}`)}`;
      const suggestion = hint === undefined ? '' : ` → ${escapeMarkdown(hint)}`;
      return `- ${severity}${place} ${escapeMarkdown(message)} (\`${rule}\`)${suggestion}`;
    }),
  );
}

function bounded(lines: string[]): string[] {
  const rest = lines.length - mostLines;
  return rest > 0 ? [...lines.slice(0, mostLines), `- … and ${rest} more`] : lines;
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

/** Keeps text of a page from becoming markup, a mention or an issue reference on GitHub. */
function escapeMarkdown(text: string): string {
  return markdownLine(text.slice(0, 300)).replace(/[@#](?=\w)/g, '$&\u200B');
}
