import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownValue } from '../../contract/ownValue.ts';

/** One file as browsers get it, plain and packed. */
export interface BuiltFile {
  type: string;
  /** Changes with its content. */
  etag: string;
  plain: Buffer;
  br: Buffer | undefined;
  gzip: Buffer | undefined;
}

/** The built page: its files by their paths, such as `assets/index-5f2c8a1b.js`, and its document. */
export interface BuiltPage {
  files: ReadonlyMap<string, BuiltFile>;
  /** The document for an address so many folders deep, from where its links are written. */
  documentAt(depth: number): Pick<BuiltFile, 'etag' | 'plain'>;
}

/** Finds the built page; undefined until it is built. */
export type FindPage = () => BuiltPage | undefined;

const builtFolder = fileURLToPath(new URL('../../web/dist', import.meta.url));

/**
 * Finds the page that `npm ci` built. Once it is there all of it is kept in memory, less than 2 MB: one that is built anew
 * under a running server is never served in part.
 */
export function findPageIn(folder = builtFolder): FindPage {
  let page: BuiltPage | undefined;
  return () => {
    if (page === undefined && existsSync(join(folder, 'index.html'))) page = readPage(folder);
    return page;
  };
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

function readPage(folder: string): BuiltPage {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).replaceAll(sep, '/'));
  const files = new Map(
    names.flatMap((name) => {
      const type = ownValue(types, extname(name));
      return type === undefined ? [] : [[name, readFile(folder, name, type, names)] as const];
    }),
  );
  const text = readFileSync(join(folder, 'index.html'), 'utf8');
  const documents = new Map<number, Pick<BuiltFile, 'etag' | 'plain'>>();
  return {
    files,
    documentAt(depth) {
      const known = documents.get(depth);
      if (known !== undefined) return known;
      const plain = Buffer.from(text.replace(/(src|href)="\.\//g, `$1="${'../'.repeat(depth) || './'}`));
      const made = { plain, etag: etagOf(plain) };
      documents.set(depth, made);
      return made;
    },
  };
}

function readFile(folder: string, name: string, type: string, names: readonly string[]): BuiltFile {
  const plain = readFileSync(join(folder, name));
  const packed = (ending: string) =>
    names.includes(name + ending) ? readFileSync(join(folder, name + ending)) : undefined;
  return { type, plain, etag: etagOf(plain), br: packed('.br'), gzip: packed('.gz') };
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
}
