import { InvalidInputError } from '../../domain/input/errors.ts';

/** Which plan to start, as GraphQL callers say it. */
interface StartFrom<P, H> {
  plan?: string | null | undefined;
  definition?: { content: P; home?: H | null | undefined } | null | undefined;
}

/**
 * Reads which plan is meant; nothing where it was said in the older way.
 * @throws InvalidInputError when it was not said in exactly one way
 */
export function planOf<P, H>(
  from: StartFrom<P, H> | null | undefined,
  older: { plan?: unknown; definition?: unknown; home?: unknown },
): { plan?: string | null | undefined; definition?: P; home?: H | null | undefined } {
  if (from == null) {
    if (older.plan != null || older.definition != null) return {};
    throw invalid([], 'must have from, got nothing');
  }
  if (older.plan != null || older.definition != null || older.home != null)
    throw invalid([], 'must name the plan once, got from beside plan, definition or home');
  const { plan, definition } = from;
  // A compiled operation has not checked that it is one of them.
  if ((plan == null) === (definition == null))
    throw invalid(
      ['from'],
      `must have exactly one of plan and definition, got ${plan == null ? 'neither' : 'both'}`,
    );
  return definition == null ? { plan } : { definition: definition.content, home: definition.home };
}

/** Has what is wrong with a plan named as the caller wrote it. */
export async function namingFrom<T>(from: unknown, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (from == null || !(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(
      error.issues.map((issue) => {
        const [field, ...rest] = issue.path;
        return { ...issue, path: [...(ways.get(String(field)) ?? [String(field)]), ...rest] };
      }),
    );
  }
}

const ways: ReadonlyMap<string, string[]> = new Map([
  ['plan', ['from', 'plan']],
  ['definition', ['from', 'definition', 'content']],
  ['home', ['from', 'definition', 'home']],
]);

function invalid(path: string[], message: string): InvalidInputError {
  return new InvalidInputError([{ path, message, type: 'one_of' }]);
}
