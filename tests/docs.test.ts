import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownVariables } from '../contract/environment/knownVariables.ts';
import { channelVariables } from '../contract/notifications/channels.ts';

const pages = [
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync('docs').map((name) => join('docs', name)),
].filter((page) => page.endsWith('.md'));
const texts = new Map(pages.map((page) => [page, readFileSync(page, 'utf8')]));
const readme = texts.get('README.md') ?? '';
const configuration = texts.get('docs/configuration.md') ?? '';

/** Collects what a pattern's first group finds on each page, as `page: what`. */
function findAll(pattern: RegExp, wanted: (found: string, page: string) => boolean = () => true): string[] {
  return [...texts].flatMap(([page, text]) =>
    [...text.matchAll(pattern)]
      .map((match) => match[1] ?? '')
      .filter((found) => wanted(found, page))
      .map((found) => `${page}: ${found}`),
  );
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): string[] {
  const headings = [...(texts.get(page) ?? '').matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? '');
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

function leadsNowhere(link: string, page: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && !anchorsOf(target).includes(anchor);
}

/** The default of each variable in the tables of a page, by its name. */
function defaultsOn(page: string): Map<string, string> {
  const rows = page.matchAll(/^\| `([A-Z][A-Z_]+)` +\| ([^|]*)\|/gm);
  return new Map([...rows].map(([, name = '', text = '']) => [name, text.trim()]));
}

/** The names that a pattern's first or second group finds, each once, in order. */
function namesIn(text: string, pattern: RegExp): string[] {
  return [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? ''))].sort();
}

/** The variables that the files of the configuration check, with those of the channels. */
const configured: string[] = [
  ...channelVariables.map(({ name }) => name),
  ...[
    'server/config.ts',
    'server/settings/githubApp.ts',
    'server/settings/openid.ts',
    'orchestrator/config.ts',
  ].flatMap((file) =>
    namesIn(readFileSync(file, 'utf8'), /^ {2}([A-Z][A-Z_]+): |\bvariables\.([A-Z][A-Z_]+)\b/gm),
  ),
];

describe('The documentation', () => {
  it('links to files and headings that exist', () => {
    expect(findAll(/\]\(((?!https?:|mailto:)[^)\s]+)\)/g, leadsNowhere)).toEqual([]);
  });

  it('names only npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
    expect(findAll(/npm run (?:--?\w+ )*([\w:]+)/g, (script) => !(script in scripts))).toEqual([]);
  });

  it('names only source files that exist', () => {
    const file =
      /`((?:orchestrator|server|schema|domain|prisma|contract|channels|database|runners|client|tests|examples|bench)\/[\w./-]+)`/g;
    expect(findAll(file, (path) => !existsSync(path))).toEqual([]);
  });

  it('says how to report a vulnerability, in private', () => {
    expect(texts.get('SECURITY.md')).toContain('**Report a vulnerability**');
    expect(readme).toContain('](SECURITY.md)');
  });

  it('has every page of docs in the README', () => {
    const linked = namesIn(readme, /\]\((docs\/[\w-]+\.md)/g);
    expect(pages.filter((page) => page.startsWith('docs/') && !linked.includes(page))).toEqual([]);
  });
});

describe('The tables of variables on the page about configuration', () => {
  const listed = [...defaultsOn(configuration).keys()].sort();

  it('name each variable once', () => {
    expect([...configuration.matchAll(/^\| `[A-Z][A-Z_]+` +\|/gm)]).toHaveLength(listed.length);
  });

  it('have every variable that the configuration reads', () => {
    expect(configured.length).toBeGreaterThan(15);
    expect(configured.filter((name) => !listed.includes(name))).toEqual([]);
  });

  it('have no variable that nothing reads', () => {
    const runners = readFileSync('runners/seo/settings.ts', 'utf8');
    const unread = listed.filter(
      (name) => !configured.includes(name) && !new RegExp(`\\b${name}\\b`).test(runners),
    );
    expect(unread).toEqual([]);
  });

  it('are the list of those that are missed in .env', () => {
    const named = knownVariables.filter((name) => !name.endsWith('_FILE'));
    expect([...named].sort()).toEqual(listed.filter((name) => !name.startsWith('NIGHTSHIFT_')));
  });

  it('are the list of .env.example', () => {
    expect(namesIn(readFileSync('.env.example', 'utf8'), /^#?([A-Z][A-Z_]+)=/gm)).toEqual(listed);
  });

  it('have the variables of the README, with the same defaults', () => {
    const short = [...defaultsOn(readme)];
    expect(short.length).toBeGreaterThan(5);
    expect(short).toEqual(short.map(([name]) => [name, defaultsOn(configuration).get(name)]));
  });
});
