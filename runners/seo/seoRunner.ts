import { relative, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { plural } from '../../contract/text/plural.ts';
import { parseRepo } from '../pullRequest/remote.ts';
import { parseDuration } from '../report/options.ts';
import { type Report, skippedReport } from '../report/report.ts';
import type { RunnerContext, RunnerDefinition } from '../report/runner.ts';
import { checkSite } from './check.ts';
import { proposeFixes } from './proposeFixes.ts';
import { type FolderSource, readFolder } from './read/folder.ts';
import { readWebsite } from './read/website.ts';
import { allRules } from './rules/all.ts';
import { isLanguageTag } from './rules/language.ts';
import { parseSite, readSettings, type SeoOptions, type SeoSettings } from './settings.ts';
import { runnerName, siteReport } from './siteReport.ts';

const maxPageBytes = 5 * 1024 * 1024;

/** The runner that checks a site's metadata and proposes fixes. */
export const seoRunner: RunnerDefinition<SeoOptions> = {
  name: runnerName,
  description:
    'Check what search engines and previews read of a site: a website over HTTP, or a folder of HTML.\nWithout --dry-run it also fixes problems in the folder that have only one solution, and opens a pull request.',
  strict: 'warnings fail as well',
  help: helpText(),
  options: addOptions,
  run,
};

function addOptions(command: Command): void {
  command
    .option('--site <url>', 'website to read (default: SITE_BASE_URL)', (text) => parseSite(text, '--site'))
    .option('--dir <folder>', 'folder of HTML to read (default: SITE_DIR, or the first of the usual ones)')
    .option(
      '--base-url <url>',
      'URL at which the pages are published, if it is not the one that is read',
      (text) => parseSite(text, '--base-url'),
    )
    .option('--dry-run', 'only report: change and push nothing, and open no pull request')
    .addOption(
      ruleOption('--only <rules>', 'check only these rules or families, such as title or image/alt', 'all'),
    )
    .addOption(ruleOption('--ignore <rules>', 'skip these rules or families', 'none'))
    .option('--max-pages <number>', 'maximum number of pages to read (default: 200)', positive)
    .option('--lang <tag>', 'language to suggest for pages that declare none', language)
    .addOption(
      new Option('--delay <time>', 'pause between two requests').argParser(parseDelay).default(100, '100ms'),
    )
    .addOption(
      new Option('--timeout <time>', 'time limit of one request')
        .argParser(parseDuration)
        .default(10_000, '10s'),
    )
    .option(
      '--repo <owner/name>',
      'repository of the pull request (default: that of the remote origin)',
      repository,
    );
}

function ruleOption(flag: string, text: string, otherwise: string): Option {
  const list = (value: string, before: string[]) => [...before, ...value.split(',').map(ruleName)];
  return new Option(flag, text).argParser(list).default([], otherwise);
}

async function run(options: SeoOptions & { strict?: boolean }, context: RunnerContext): Promise<Report> {
  const settings = await readSettings(options, context);
  const { target } = settings;
  if ('reason' in target) return skippedReport(runnerName, target.reason);
  const strict = options.strict ?? false;
  if ('site' in target) return runOnWebsite(target.site, settings, options, strict, context);
  const source = folderSource(target.folder, settings, context);
  if (!options.dryRun) return proposeFixes(source, settings, { strict, repo: options.repo }, context);
  const site = await readFolder(source);
  if (site.pages.length === 0) {
    return skippedReport(runnerName, `no HTML page in ${target.folder}`, { notChecked: site.notChecked });
  }
  context.log(`Read ${plural(site.pages.length, 'page')} of ${target.folder}`);
  return siteReport(site, checkSite(site, allRules, settings), strict);
}

async function runOnWebsite(
  address: URL,
  settings: SeoSettings,
  { delay, timeout, dryRun }: SeoOptions,
  strict: boolean,
  { log }: RunnerContext,
): Promise<Report> {
  const site = await readWebsite({
    site: address,
    published: settings.baseUrl,
    maxPages: settings.maxPages,
    timeoutMs: timeout,
    delayMs: delay,
    concurrency: 4,
    maxBytes: maxPageBytes,
    log,
  });
  const fixes = {
    what: 'fixes',
    why: 'the files behind a website are unknown; pass their folder with --dir',
  };
  return siteReport(site, checkSite(site, allRules, settings), strict, { notChecked: dryRun ? [] : [fixes] });
}

function folderSource(named: string, settings: SeoSettings, { cwd }: RunnerContext): FolderSource {
  const folder = resolve(cwd, named);
  return {
    folder,
    shown: relative(cwd, folder) || '.',
    base:
      settings.baseUrl === undefined ? undefined : new URL(`${settings.baseUrl.href.replace(/\/?$/, '/')}`),
    language: settings.language,
    maxPages: settings.maxPages,
    maxBytes: maxPageBytes,
  };
}

function ruleName(text: string): string {
  const name = text.trim();
  const family = name.split('/')[0];
  if (allRules.some((rule) => rule.family === family)) return name;
  throw new InvalidArgumentError(
    `Expected one of ${allRules.map((rule) => rule.family).join(', ')}, or one of their rules.`,
  );
}

function positive(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 1 to 99999.');
}

function parseDelay(text: string): number {
  return text === '0' ? 0 : parseDuration(text);
}

function language(text: string): string {
  if (isLanguageTag(text)) return text;
  throw new InvalidArgumentError('Expected a language tag such as en or de-AT.');
}

function repository(text: string): string {
  if (parseRepo(text) !== undefined) return text;
  throw new InvalidArgumentError('Expected owner/name.');
}

function helpText(): string {
  const width = Math.max(...allRules.map(({ family }) => family.length));
  return [
    'Rules:',
    ...allRules.map(({ family, checks }) => `  ${family.padEnd(width)}  ${checks}`),
    '',
    'Settings of package.json ("nightshift": { "seo": … }): site, dir, baseUrl, lang, only, ignore, maxPages.',
    'Pull requests need GITHUB_TOKEN; GITHUB_API_URL names another server than GitHub.',
    '',
    'Examples:',
    '  npm run seo:tune -- --dry-run --strict',
    '  npm run seo:tune -- --dry-run --site https://example.org --max-pages 50',
    '  npm run seo:tune -- --dry-run --site http://localhost:3000 --base-url https://example.org',
    '  npm run seo:tune -- --dir public --lang en',
  ].join('\n');
}
