import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import type { Page } from '../page.ts';
import { createPage } from './createPage.ts';
import { parseHtml } from './parseHtml.ts';
import type { Robots } from './robots.ts';

/** Turns the bytes of a page that came over HTTP into a page, by the charset that its server or itself declares. */
export function decodePage(url: URL, headers: Headers, body: Buffer, robots: Robots | undefined): Page {
  const headerCharset = charsetIn(headers.get('content-type') ?? '');
  const label = headerCharset ?? charsetIn(body.subarray(0, 1024).toString('latin1')) ?? 'utf-8';
  const source = decoderFor(label).decode(body);
  const known = {
    url,
    name: `${url.pathname}${url.search}`,
    utf8: !/^utf-?8$/i.test(label) || isUtf8(body),
    headerCharset,
    robotsHeader: headers.get('x-robots-tag') ?? undefined,
  };
  return createPage(parseHtml(source), known, robots);
}

function charsetIn(text: string): string | undefined {
  return /charset\s*=\s*["']?([\w-]+)/i.exec(text)?.[1];
}

function decoderFor(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}
