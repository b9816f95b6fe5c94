import type { Prisma, PrismaClient } from '../prisma/generated/client.ts';
import { type Driver, ENDED } from './driver.ts';
import {
  againAfterConflicts,
  FAILED_BEFORE,
  type Transaction,
  type TransactionOptions,
} from './transaction.ts';

/** A transaction of Prisma's: its models and statements, all on one connection; usable until its work ends. */
export interface PrismaTransaction extends Transaction {
  readonly prisma: Omit<Prisma.TransactionClient, '$transaction'>;
}

/**
 * Runs the work in one transaction of Prisma's: committed when it resolves, rolled back when it throws, and done again
 * after a conflict as `runTransaction` does. Each call waits for its answer, its BEGIN too: what is sent without waiting
 * belongs into the pipelined transaction.
 */
export function runPrismaTransaction<T>(
  { driver, prisma }: { driver: Driver; prisma: PrismaClient },
  work: (tx: PrismaTransaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const isolationLevel = options.isolation && levels[options.isolation];
  const before = settings(options);
  return againAfterConflicts(() =>
    driver.sharing((shared) =>
      prisma.$transaction(
        async (models) => {
          let over = false;
          const tx: PrismaTransaction = {
            query: (statement) => (over ? Promise.reject(new Error(ENDED)) : shared.query(statement)),
            prisma: withoutNesting(models),
          };
          try {
            if (before !== '') await shared.query({ text: before });
            const result = await work(tx);
            if (await shared.hasFailed()) throw new Error(FAILED_BEFORE);
            return result;
          } finally {
            over = true;
          }
        },
        { isolationLevel },
      ),
    ),
  );
}

const levels = {
  'read committed': 'ReadCommitted',
  'repeatable read': 'RepeatableRead',
  serializable: 'Serializable',
} as const;

/** What a transaction is told before its work begins. */
function settings({ readOnly, lockTimeoutMs }: TransactionOptions): string {
  return [
    readOnly ? 'SET TRANSACTION READ ONLY' : [],
    lockTimeoutMs === undefined ? [] : `SET LOCAL lock_timeout = ${lockTimeoutMs}`,
  ]
    .flat()
    .join('; ');
}

/** Prisma would take a transaction inside one for a savepoint, whose statements could not be told from those around it. */
function withoutNesting(models: Prisma.TransactionClient): PrismaTransaction['prisma'] {
  const refuse = () => Promise.reject(new Error(NESTED_TRANSACTION));
  return Object.create(models, { $transaction: { value: refuse } }) as PrismaTransaction['prisma'];
}

const NESTED_TRANSACTION =
  'A transaction was begun inside another one. Do its work in the one that there is.';
