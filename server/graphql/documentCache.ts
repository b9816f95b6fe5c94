import type { DocumentNode, Token } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ByteCache } from '../../contract/byteCache.ts';

/** How many bytes all kept documents may take together. */
const maxCachedBytes = 16 * 1024 * 1024;

/** What the nodes of one token take in memory, measured, with room to spare. */
const bytesPerToken = 600;

/** Documents that came before and are valid. */
export interface DocumentCache {
  /** Has a document that comes again parsed and validated only once. */
  plugin: Plugin;
  /** Gives a document by its text. */
  find(text: string): DocumentNode | undefined;
}

/**
 * Makes what parses and validates a document that comes again only once. Only documents that are valid are kept: what is
 * refused takes no memory, so nobody can fill the cache with text that means nothing.
 */
export function createDocumentCache(maxBytes = maxCachedBytes): DocumentCache {
  const documents = new ByteCache<DocumentNode>(maxBytes);
  const texts = new WeakMap<DocumentNode, string>();
  const valid = new WeakSet<DocumentNode>();
  const plugin: Plugin = {
    onParse({ params, setParsedDocument }) {
      const text = params.source.toString();
      const known = documents.get(text);
      if (known !== undefined) {
        setParsedDocument(known);
        return;
      }
      return ({ result }) => {
        if (result !== null && !(result instanceof Error)) texts.set(result, text);
      };
    },
    onValidate({ params: { documentAST: document }, setResult }) {
      if (valid.has(document)) {
        setResult([]);
        return;
      }
      return ({ result }) => {
        const text = texts.get(document);
        if (result.length > 0 || text === undefined) return;
        valid.add(document);
        documents.set(text, document, text.length * 2 + tokensOf(document) * bytesPerToken);
      };
    },
  };
  return { plugin, find: (text) => documents.get(text) };
}

function tokensOf({ loc }: DocumentNode): number {
  let count = 0;
  for (let token: Token | null | undefined = loc?.startToken; token != null; token = token.next) count += 1;
  return count;
}
