import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { expectedNoUserInfo, hasUserInfo, withoutUserInfo } from '../../contract/urls/userInfo.ts';
import type { RunnerContext } from '../report/runner.ts';
import { UsageError, UserError } from '../report/userError.ts';
import { isLanguageTag } from './rules/language.ts';

/** The runner's own flags, as the command line gives them. */
export interface SeoOptions {
  site?: URL;
  dir?: string;
  baseUrl?: URL;
  lang?: string;
  only: string[];
  ignore: string[];
  maxPages?: number;
  delay: number;
  timeout: number;
  dryRun?: boolean;
  repo?: string;
}

/** What to examine and how: flags first, then variables, then package.json. */
export interface SeoSettings {
  target: { site: URL } | { folder: string } | { reason: string };
  baseUrl: URL | undefined;
  language: string | undefined;
  only: string[];
  ignore: string[];
  maxPages: number;
}

const usualFolders = ['examples/site', 'public', 'dist', 'build', 'site', 'docs'];

/** Settles what to examine from flags, SITE_BASE_URL and SITE_DIR, and `nightshift.seo` of package.json. */
export async function readSettings(
  options: SeoOptions,
  { cwd, environment }: RunnerContext,
): Promise<SeoSettings> {
  if (options.site !== undefined && options.dir !== undefined) {
    throw new UsageError('Pass --site or --dir, not both. With --dir, pass the URL as --base-url.');
  }
  const config = await readConfig(cwd);
  const { SITE_BASE_URL, SITE_DIR } = environment.variables;
  const site = options.site ?? (SITE_BASE_URL ? parseSite(SITE_BASE_URL, 'SITE_BASE_URL') : config.site);
  const folder =
    options.dir ?? (options.site === undefined && !SITE_BASE_URL ? SITE_DIR || config.dir : undefined);
  return {
    target: await chooseTarget(cwd, folder, options.dir === undefined ? site : undefined),
    baseUrl: options.baseUrl ?? config.baseUrl,
    language: options.lang ?? config.lang,
    only: options.only.length > 0 ? options.only : config.only,
    ignore: [...options.ignore, ...config.ignore],
    maxPages: options.maxPages ?? config.maxPages,
  };
}

/** Reads a web address; the fault names where it came from. */
export function parseSite(text: string, name: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new UsageError(
      `${name}: expected a URL such as https://example.org, got "${withoutUserInfo(text)}".`,
    );
  if (hasUserInfo(url.href)) throw new UsageError(`${name}: ${expectedNoUserInfo}.`);
  return url;
}

async function chooseTarget(
  cwd: string,
  folder: string | undefined,
  site: URL | undefined,
): Promise<SeoSettings['target']> {
  if (folder !== undefined) return { folder: await checkFolder(cwd, folder) };
  if (site !== undefined) return { site };
  for (const usual of usualFolders) {
    const index = await stat(join(cwd, usual, 'index.html')).catch(() => undefined);
    if (index?.isFile()) return { folder: usual };
  }
  const looked = usualFolders.join(', ');
  return {
    reason: `no site to check: SITE_BASE_URL is not set, and none of ${looked} has an index.html (set SITE_BASE_URL, --site or --dir)`,
  };
}

async function checkFolder(cwd: string, folder: string): Promise<string> {
  const found = await stat(resolve(cwd, folder)).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  const came = found === undefined ? 'does not exist' : 'is a file';
  throw new UsageError(`--dir: expected a folder of HTML files, but ${resolve(cwd, folder)} ${came}.`);
}

const address = z.string().transform((text, context) => {
  const url = URL.parse(text);
  const isWeb = url !== null && /^https?:$/.test(url.protocol);
  if (isWeb && !hasUserInfo(url.href)) return url;
  context.addIssue({
    code: 'custom',
    message: isWeb
      ? expectedNoUserInfo
      : `expected a URL such as https://example.org, got "${withoutUserInfo(text)}"`,
  });
  return z.NEVER;
});

const configSchema = z.strictObject({
  site: address.optional(),
  dir: z.string().min(1).optional(),
  baseUrl: address.optional(),
  lang: z.string().refine(isLanguageTag, 'expected a language tag such as en or de-AT').optional(),
  only: z.array(z.string()).default([]),
  ignore: z.array(z.string()).default([]),
  maxPages: z.int().min(1).max(10_000).default(200),
});

async function readConfig(cwd: string): Promise<z.infer<typeof configSchema>> {
  const text = await readFile(join(cwd, 'package.json'), 'utf8').catch(() => '{}');
  const parsed = configSchema.safeParse(sectionOf(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `nightshift.seo${path.map((part) => `.${String(part)}`).join('')}: ${message}`,
  );
  throw new UserError(
    `package.json: ${problems.join('; ')}.`,
    'Mend the section "nightshift": { "seo": … } of package.json.',
  );
}

function sectionOf(text: string): unknown {
  try {
    const manifest: unknown = JSON.parse(text);
    const shape = z
      .object({ nightshift: z.object({ seo: z.unknown().optional() }).optional() })
      .safeParse(manifest);
    return (shape.success ? shape.data.nightshift?.seo : undefined) ?? {};
  } catch {
    // A broken package.json is for other runners to report; this one needs nothing of it.
    return {};
  }
}
