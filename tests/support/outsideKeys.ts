import {
  type ElementAccessExpression,
  type Node,
  type SourceFile,
  SyntaxKind,
} from 'typescript/unstable/ast';
import { isBinaryExpression, isElementAccessExpression, isStringLiteral } from 'typescript/unstable/ast/is';
import { API, type Checker, type Type, TypeFlags } from 'typescript/unstable/sync';

/**
 * Finds the places at which a plain object is asked for a property whose name may be any text: `names[given]` and
 * `given in names` find `constructor` and `toString` too. Names of a closed set, symbols and numbers are left alone.
 */
export function findOutsideKeys(tsconfig: string, isChecked: (file: string) => boolean): string[] {
  const api = new API();
  try {
    const project = api.updateSnapshot({ openProjects: [tsconfig] }).getProject(tsconfig);
    if (project === undefined) throw new Error(`${tsconfig} cannot be opened.`);
    const { program, checker } = project;
    return program.getSourceFileNames().flatMap((file) => {
      const source = isChecked(file) ? program.getSourceFile(file) : undefined;
      return source === undefined ? [] : [...keysWithin(source, source, checker)];
    });
  } finally {
    api.close();
  }
}

function* keysWithin(node: Node, source: SourceFile, checker: Checker): Iterable<string> {
  if (isOpenAccess(node, checker) || isOpenQuestion(node, checker)) {
    const line = source.text.slice(0, node.end).split('\n').length;
    yield `${source.fileName}:${line}: ${source.text.slice(node.pos, node.end).trim().replace(/\s+/g, ' ')}`;
  }
  const inner: Node[] = [];
  node.forEachChild((child) => {
    inner.push(child);
  });
  for (const child of inner) yield* keysWithin(child, source, checker);
}

function isOpenAccess(node: Node, checker: Checker): node is ElementAccessExpression {
  return isElementAccessExpression(node) && isOpen(checker.getTypeAtLocation(node.argumentExpression));
}

function isOpenQuestion(node: Node, checker: Checker): boolean {
  if (!isBinaryExpression(node) || node.operatorToken.kind !== SyntaxKind.InKeyword) return false;
  return !isStringLiteral(node.left) && isOpen(checker.getTypeAtLocation(node.left));
}

/** Whether a key of this type may be any text. */
function isOpen(type: Type | undefined): boolean {
  if (type === undefined) return true;
  if (type.isUnionType()) return type.getTypes().some(isOpen);
  const open =
    TypeFlags.Any |
    TypeFlags.Unknown |
    TypeFlags.String |
    TypeFlags.TemplateLiteral |
    TypeFlags.StringMapping;
  return (type.flags & open) !== 0;
}
