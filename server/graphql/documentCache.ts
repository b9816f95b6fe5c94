import type { DocumentNode, Token } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ByteCache } from '../../contract/byteCache.ts';

/** How many bytes all kept documents may take together. */
const maxCachedBytes = 16 * 1024 * 1024;

/** What the nodes of one token take in memory, measured, with room to spare. */
const bytesPerToken = 600;

/**
 * Parses and validates a document that comes again only once. Only documents that are valid are kept: what is refused
 * takes no memory, so nobody can fill the cache with text that means nothing.
 */
export function useDocumentCache(maxBytes = maxCachedBytes): Plugin {
  const documents = new ByteCache<DocumentNode>(maxBytes);
  const texts = new WeakMap<DocumentNode, string>();
  const valid = new WeakSet<DocumentNode>();
  return {
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
}

function tokensOf({ loc }: DocumentNode): number {
  let count = 0;
  for (let token: Token | null | undefined = loc?.startToken; token != null; token = token.next) count += 1;
  return count;
}
