import { setTimeout as pause } from 'node:timers/promises';
import { type Driver, ENDED, type Session, type Statement } from './driver.ts';
import { DatabaseUnavailableError, isConflict } from './errors.ts';

/** The statements of one transaction; usable until its work ends. */
export interface Transaction {
  query<Row>(statement: Statement<Row>): Promise<Row[]>;
}

export interface TransactionOptions {
  /** @default 'read committed' */
  isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /** @default false */
  readOnly?: boolean;
  /** How long a statement waits for a row that another transaction holds, in milliseconds. @default as long as it may take */
  lockTimeoutMs?: number;
}

/** Says of an error that a row was held by another transaction for longer than was to be waited. */
export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03';
}

/**
 * Runs the work in one transaction on one connection: committed when it resolves, rolled back when it
 * throws. Statements that the work sends without waiting are carried out in their order, and cost one wait together. After a deadlock or a serialization failure the whole work runs again, up to five times.
 */
export function runTransaction<T>(
  driver: Driver,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return againAfterConflicts(() => tryOnce(driver, work, options));
}

/** Does a whole transaction again when it was in conflict with another one, up to five times. */
export async function againAfterConflicts<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !isConflict(error)) throw error;
      await pause(Math.random() * 10 * 2 ** attempt);
    }
  }
}

const MAX_ATTEMPTS = 6;

async function tryOnce<T>(
  driver: Driver,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const session = await driver.session({ pipelined: true });
  let over = false;
  let broken: Error | undefined;
  let cause: unknown;
  const tx: Transaction = {
    async query<Row>(statement: Statement<Row>) {
      if (over) throw new Error(ENDED);
      try {
        return (await session.query<Row>(statement)).rows;
      } catch (error) {
        cause ??= error;
        throw error;
      }
    },
  };
  try {
    // Sent on ahead: the first statement of the work need not wait for its answer.
    const begun = session.query({ text: beginStatement(options) });
    const [result] = await Promise.all([driver.holding(() => work(tx)), begun]);
    over = true;
    await commit(session);
    return result;
  } catch (error) {
    over = true;
    broken = await rollBack(session, error);
    // Of statements that were sent together, one that came after the failed one may be heard of first.
    throw isAborted(error) ? (cause ?? error) : error;
  } finally {
    session.release(broken);
  }
}

function beginStatement({ isolation, readOnly, lockTimeoutMs }: TransactionOptions): string {
  const level = isolation ? ` ISOLATION LEVEL ${isolation.toUpperCase()}` : '';
  const patience = lockTimeoutMs === undefined ? '' : `; SET LOCAL lock_timeout = ${lockTimeoutMs}`;
  return `BEGIN${level}${readOnly ? ' READ ONLY' : ''}${patience}`;
}

// PostgreSQL answers COMMIT with ROLLBACK when a statement had failed and the work went on regardless.
async function commit(session: Session): Promise<void> {
  const { command } = await session.query({ text: 'COMMIT' });
  if (command !== 'COMMIT') throw new Error(FAILED_BEFORE);
}

/** What is said when the work of a transaction ended well although one of its statements had not. */
export const FAILED_BEFORE =
  'The transaction was rolled back, because one of its statements had failed before its end.';

async function rollBack(session: Session, reason: unknown): Promise<Error | undefined> {
  if (reason instanceof DatabaseUnavailableError) return reason;
  try {
    await session.query({ text: 'ROLLBACK' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Says of an error that an earlier statement of the transaction had failed. */
function isAborted(error: unknown): boolean {
  return codeOf(error) === '25P02';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
