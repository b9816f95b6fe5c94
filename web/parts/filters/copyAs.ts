import { shellWord } from '../../../contract/text/shellWord.ts';
import { basePath } from '../../data/base.ts';
import type { TypedDocumentString } from '../../generated/graphql.ts';

/** Writes an operation with its variables, as GraphiQL takes it. */
export function toGraphql<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): string {
  return `${tidy(document.toString())}\n\n# Variables:\n${JSON.stringify(variables, null, 2).replace(/^/gm, '# ')}\n`;
}

/** Writes the request that asks the same, for a shell with a key in `$NIGHTSHIFT_KEY`. */
export function toCurl<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): string {
  const body = JSON.stringify({ query: document.toString().replace(/\s+/g, ' ').trim(), variables });
  const url = new URL(`${basePath}graphql`, window.location.origin);
  return [
    `curl ${shellWord(url.href)}`,
    `-H 'content-type: application/json'`,
    `-H "authorization: Bearer $NIGHTSHIFT_KEY"`,
    `-d ${shellWord(body)}`,
  ].join(' \\\n  ');
}

/** The documents are indented as they stand in the generated file. */
function tidy(text: string): string {
  return text
    .replace(/^ {4}(?=\S)/gm, '')
    .replace(/^ +$/gm, '')
    .trim();
}
