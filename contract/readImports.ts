import { extname } from 'node:path';
import { type ImportDeclaration, parseSync, Visitor } from 'oxc-parser';

/** One module that a source file asks for. */
export interface ImportLine {
  /** What stands between the quotes. */
  specifier: string;
  /** Counted from 1. */
  line: number;
  /** Static ones must resolve; `import()` and `require` may stand in a try, and types vanish at run time. */
  kind: 'static' | 'dynamic' | 'type';
}

/** The endings of files whose imports are read by a full parser. */
export const sourceExtensions = ['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx'];

/** Tells whether a path is a JavaScript or TypeScript file. */
export function isSource(path: string): boolean {
  return sourceExtensions.includes(extname(path));
}

/** Reads every module that a JavaScript or TypeScript file asks for; undefined when the file cannot be parsed. */
export function readImports(path: string, text: string): ImportLine[] | undefined {
  const parsed = parseSync(path, text, { lang: languageOf(path), sourceType: 'unambiguous' });
  const lines = lineCounter(text);
  const found: { specifier: string; start: number; kind: ImportLine['kind'] }[] = [];
  if (parsed.errors.some((error) => error.severity === 'Error') && parsed.program.body.length === 0)
    return undefined;
  new Visitor({
    ImportDeclaration: (node) => add(node.source, isTypeImport(node) ? 'type' : 'static'),
    ExportNamedDeclaration: (node) => add(node.source, node.exportKind === 'type' ? 'type' : 'static'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type' ? 'type' : 'static'),
    TSImportType: (node) => add(node.source, 'type'),
    TSExternalModuleReference: (node) => add(node.expression, 'static'),
    ImportExpression: (node) => add(node.source, 'dynamic'),
    CallExpression: (node) => {
      if (isRequire(node.callee)) add(node.arguments[0], 'dynamic');
    },
  }).visit(parsed.program);
  return found.map(({ specifier, start, kind }) => ({ specifier, line: lines(start), kind }));

  function add(node: unknown, kind: ImportLine['kind']): void {
    if (isText(node)) found.push({ specifier: node.value, start: node.start, kind });
  }
}

interface TextNode {
  type: string;
  value: string;
  start: number;
}

function isText(node: unknown): node is TextNode {
  return typeof node === 'object' && node !== null && 'value' in node && typeof node.value === 'string';
}

function isTypeImport({ importKind, specifiers }: ImportDeclaration): boolean {
  if (importKind === 'type') return true;
  return (
    specifiers.length > 0 &&
    specifiers.every((part) => part.type === 'ImportSpecifier' && part.importKind === 'type')
  );
}

const requireMethods = ['resolve', 'mock', 'requireActual', 'importActual', 'doMock', 'unmock'];

function isRequire(callee: unknown): boolean {
  if (typeof callee !== 'object' || callee === null) return false;
  if ('name' in callee && callee.name === 'require') return true;
  if (!('object' in callee) || !('property' in callee)) return false;
  const owner = callee.object as { name?: unknown; type?: unknown };
  const method = (callee.property as { name?: unknown }).name;
  const known = ['require', 'jest', 'vi'].includes(String(owner.name)) || owner.type === 'MetaProperty';
  return known && requireMethods.includes(String(method));
}

function languageOf(path: string): 'js' | 'jsx' | 'ts' | 'tsx' | 'dts' {
  if (/\.d\.[mc]?ts$/.test(path)) return 'dts';
  if (path.endsWith('.tsx')) return 'tsx';
  return /\.[mc]?ts$/.test(path) ? 'ts' : 'jsx';
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    return after === -1 ? starts.length : after;
  };
}
