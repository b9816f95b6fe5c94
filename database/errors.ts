import { ownValue } from '../contract/ownValue.ts';

/** The database cannot answer now: the caller may try again later (HTTP 503 with Retry-After). */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
}

/** Another process holds the data directory of the embedded database. */
export class DatabaseLockedError extends Error {
  override readonly name = 'DatabaseLockedError';
  /** Undefined where nothing is known of the holder. */
  readonly pid: number | undefined;
  readonly url: string | undefined;

  constructor(message: string, holder: { pid?: number; url?: string }) {
    super(message);
    this.pid = holder.pid;
    this.url = holder.url;
  }
}

/** There is no database of Nightshift where one is to be read; nothing was made there. */
export class DatabaseMissingError extends Error {
  override readonly name = 'DatabaseMissingError';
}

/** The user of the database may not do what a start needs; the message names the rights. */
export class MissingRightsError extends Error {
  override readonly name = 'MissingRightsError';
}

/** The migrations of this program and those that the database has seen do not fit together. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Turns a failure of the connection into a DatabaseUnavailableError, the original as its cause;
 * every other error (a broken constraint, a syntax error) comes back as it is.
 */
export function asDatabaseError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof DatabaseUnavailableError || !isConnectionFailure(error)) return error;
  return new DatabaseUnavailableError(`The database cannot be reached: ${describe(error)}`, { cause: error });
}

// Cancelled for its time or by somebody, a row that others held for too long, conflicts with others, a server that stops
// or starts, one that lacks room, connections or memory, a connection that broke.
const PASSING = /^(57014|57P0.|55P03|40001|40P01|53...|08...)$/;
/** The same in the codes of Prisma: it could not connect or had to wait too long, or two transactions were in conflict. */
const PASSING_IN_PRISMA = /^P(1001|1002|1008|1017|2024|2028|2034)$/;

/** Says of an error, or of what caused it, that the same may succeed a moment later. */
export function isPassing(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      cause instanceof DatabaseUnavailableError ||
      PASSING.test(stateOf(cause) ?? '') ||
      PASSING_IN_PRISMA.test(prismaCodeOf(cause) ?? ''),
  );
}

/** Says of an error that two transactions were in conflict, so that the whole of this one may succeed when it is done again. */
export function isConflict(error: unknown): boolean {
  return causesOf(error).some(
    (cause) => /^(40001|40P01)$/.test(stateOf(cause) ?? '') || prismaCodeOf(cause) === 'P2034',
  );
}

// Values that do not fit, what must not be empty, what is not there, rules of a table, limits.
const REFUSED_VALUE = /^(22...|2350[23]|23514|54...)$/;

/** Says of an error that the database refused a value, and would refuse the same one again. */
export function isRefusedValue(error: unknown): boolean {
  return REFUSED_VALUE.test(sqlStateOf(error) ?? '');
}

/** The code that PostgreSQL gave an error, or what caused it; undefined for what does not come from it. */
export function sqlStateOf(error: unknown): string | undefined {
  return causesOf(error)
    .map(stateOf)
    .find((state) => state !== undefined);
}

const maxCauses = 8;

/** An error, what caused it, and so on: Prisma and others wrap what the driver throws. */
function causesOf(error: unknown): object[] {
  const causes: object[] = [];
  for (let cause = error; typeof cause === 'object' && cause !== null && causes.length < maxCauses; ) {
    causes.push(cause);
    cause = fieldOf(fieldOf(cause, 'meta'), 'driverAdapterError') ?? fieldOf(cause, 'cause');
  }
  return causes;
}

/** The driver's errors have a severity beside their code, and Prisma keeps the code under a name of its own. */
function stateOf(cause: object): string | undefined {
  const code = 'severity' in cause && 'code' in cause ? cause.code : fieldOf(cause, 'originalCode');
  return typeof code === 'string' ? code : undefined;
}

function prismaCodeOf(cause: object): string | undefined {
  const code = fieldOf(cause, 'clientVersion') === undefined ? undefined : fieldOf(cause, 'code');
  return typeof code === 'string' ? code : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? ownValue<object>(value, name) : undefined;
}

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'ENOENT',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

// Classes 08 (connection), 57P (shutdown), 58 (system), 53 (resources), and single codes of 25 (idle limits).
const SQL_STATES = /^(08...|57P0[1-5]|58...|53...|25P0[345])$/;

const DRIVER_MESSAGES =
  /connection terminated|not queryable|timeout exceeded when trying to connect|query read timeout|timeout expired|after calling end on the pool|server does not support ssl/i;

function isConnectionFailure(error: Error & { code?: unknown; severity?: unknown }): boolean {
  if (error instanceof AggregateError && error.errors.some((one) => isConnectionFailure(one))) return true;
  const code = typeof error.code === 'string' ? error.code : '';
  if (typeof error.severity === 'string') {
    return SQL_STATES.test(code) || error.severity === 'FATAL' || error.severity === 'PANIC';
  }
  return SOCKET_CODES.has(code) || DRIVER_MESSAGES.test(error.message);
}

function describe(error: Error & { code?: unknown }): string {
  return error.message || String(error.code ?? error.name);
}
