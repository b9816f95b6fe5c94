import { gunzipSync } from 'node:zlib';
import type { Issue } from '../issue.ts';
import { parseSitemap, type Sitemap } from './sitemap.ts';

/** Largest size of an unpacked sitemap, which is also the protocol's own limit. */
const mostBytes = 50 * 1024 * 1024;
const mostFiles = 100;

/** What stands at the address of a sitemap: its bytes, or why there are none. */
export type SitemapBytes =
  | { bytes: Buffer; place: Sitemap['place'] }
  | { reason: string; place: Sitemap['place'] };

/** Reads these sitemaps and those that they list, packed ones too; what is missing becomes an error. */
export async function readSitemaps(
  first: URL[],
  read: (url: URL) => Promise<SitemapBytes>,
): Promise<{ sitemaps: Sitemap[]; issues: Issue[] }> {
  const sitemaps: Sitemap[] = [];
  const issues: Issue[] = [];
  const waiting = [...first];
  const seen = new Set(first.map(({ href }) => href));
  for (let url = waiting.shift(); url !== undefined && seen.size <= mostFiles; url = waiting.shift()) {
    const found = unpack(await read(url));
    if ('reason' in found) {
      const message = `The sitemap ${url.href} cannot be read: ${found.reason}.`;
      issues.push({ rule: 'sitemap/unreadable', severity: 'error', message, ...found.place });
      continue;
    }
    const sitemap = parseSitemap(found.bytes.toString('utf8'), { url, place: found.place });
    sitemaps.push(sitemap);
    for (const { loc } of sitemap.kind === 'sitemapindex' ? sitemap.entries : []) {
      const next = new URL(loc);
      if (seen.has(next.href)) continue;
      seen.add(next.href);
      waiting.push(next);
    }
  }
  return { sitemaps, issues };
}

function unpack(found: SitemapBytes): SitemapBytes {
  if ('reason' in found || found.bytes[0] !== 0x1f || found.bytes[1] !== 0x8b) return found;
  const { place } = found;
  try {
    return { bytes: gunzipSync(found.bytes, { maxOutputLength: mostBytes }), place };
  } catch (error) {
    return { reason: `it cannot be unpacked (${error instanceof Error ? error.message : error})`, place };
  }
}
