import { parseSync } from 'oxc-parser';

/** A regular expression in a source file. */
export interface Expression {
  /** `file:line`. */
  place: string;
  pattern: string;
  flags: string;
}

/** Finds the regular expressions of a source file: the literals, and where others are put together. */
export function findExpressions(
  file: string,
  source: string,
): { literals: Expression[]; composed: string[] } {
  const { program } = parseSync(file, source);
  const literals: Expression[] = [];
  const composed: string[] = [];
  const placeOf = ({ start }: Node) => `${file}:${source.slice(0, start).split('\n').length}`;
  walk(program as unknown as Node, (node) => {
    if (node.type === 'Literal' && node.regex) literals.push({ place: placeOf(node), ...node.regex });
    const isMade = node.type === 'NewExpression' || node.type === 'CallExpression';
    if (isMade && node.callee?.name === 'RegExp') composed.push(placeOf(node));
  });
  return { literals, composed };
}

interface Node {
  type: string;
  start: number;
  regex?: { pattern: string; flags: string };
  callee?: { name?: string };
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of Object.values(node).flat()) {
    if (typeof child === 'object' && child !== null && 'type' in child) walk(child as Node, visit);
  }
}
