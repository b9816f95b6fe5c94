import type { OrchestratorConfig } from '../config.ts';
import type { PlanContent } from '../plan/planInput.ts';
import type { Terminal } from '../terminal.ts';

/** A key that was just made, with the key itself. */
export interface PrintedKey {
  secret: string;
  name: string;
  prefix: string;
  scopes: readonly string[];
  /** ISO 8601 in UTC; null for never. */
  expiresAt: string | null;
  /** Where it was written, if that was no server. */
  where?: string;
}

/** The server, database and migrations, for the command line; each is loaded when it is first called. */
export interface ServerGateway {
  /** Finds the server of this computer that runs on a data directory; its URL once it answers. */
  findServer(dataDir: string, databaseUrl?: string): Promise<{ pid: number; url?: string } | null>;
  /**
   * Starts the server in this process: as configured, or embedded, quiet and on any free loopback port; with a key for it.
   * One for reading makes and changes nothing, and looks after nothing; an existing one is not made where there is none.
   * `outdated` is aborted with the reason when it has stopped by itself, since the database is newer than it.
   */
  start(how: 'configured' | 'embedded' | 'existing' | 'reading'): Promise<{
    url: string;
    key: string;
    /** Whether it has the page. */
    hasPage: boolean;
    /** Whether a browser of this computer gets GraphiQL. */
    hasGraphiql: boolean;
    /** Where people sign in with accounts of their own; undefined where they have none. */
    signInPage: string | undefined;
    /** Makes an address that signs one browser in once; undefined where the server gives none. */
    makeSignInLink(): Promise<string | undefined>;
    outdated: AbortSignal;
    close(): Promise<void>;
  }>;
  /** Says whether a PostgreSQL database has tables of Nightshift; one that cannot be asked counts as if it had. */
  hasTables(databaseUrl: string): Promise<boolean>;
  /** Closes the data directory to other users. @throws DataDirectoryError */
  secureDataDir(dataDir: string): Promise<void>;
  /** Finds the steps of a plan whose approvals nobody could give on a server of this configuration, without starting one. */
  policyProblems(plan: PlanContent, project: string): Promise<{ task: string; problem: string }[]>;
  /**
   * Makes a key in the database itself, for whoever may write it: the first one, or another when nobody can come in.
   * @throws InvalidInputError, DatabaseLockedError where a server has the embedded database
   */
  createFirstKey(wanted: {
    name: string;
    scopes: readonly string[];
    expiresInMs?: number | null;
  }): Promise<PrintedKey>;
  /**
   * Sets the roles of a person in the database itself, and makes the person where there is none.
   * @throws InvalidInputError, PersonRefusedError, DatabaseLockedError where a server has the embedded database
   */
  setRole(wanted: {
    person: string;
    grants: readonly { role: string; project?: string }[];
    lastAdmin: boolean;
  }): Promise<GivenRole>;
  /**
   * Reads which migrations the database has, after applying the pending ones if asked to; in a database with other
   * tables only with `besideOthers`. `onWait` gets what they wait for.
   */
  migrations(
    how: 'read' | { besideOthers: boolean; onWait?: (what: string) => void },
  ): Promise<{ name: string; state: string; appliedAt: string | null }[]>;
}

/** The roles that a person has now. */
export interface GivenRole {
  label: string | null;
  /** As `operator`, or `approver@acme/site`. */
  grants: readonly string[];
  /** The database that it was written into, for people. */
  where: string;
}

/** What every command works with. */
export interface CliContext {
  gateway: ServerGateway;
  /** The working directory: plans are looked up here. */
  directory: string;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: Terminal;
  stderr: Terminal;
  /** Aborted once nobody reads what is printed on stdout, such as `head` that has its lines. */
  unread: AbortSignal;
  /** Reads the variables, once. @throws ConfigError */
  config(): OrchestratorConfig;
  /** Prints a message for people, on stderr. */
  print(text: string): void;
  /** Sets the exit code of the process. */
  exitWith(code: number): void;
}

/** An error that the user can fix: its message is all that they need, without a stack. */
export class UserError extends Error {
  override name = 'UserError';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The user answered no, or a signal broke off a wait: no error, and nothing was done. */
export class Stopped extends Error {
  override name = 'Stopped';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The exit codes of every command, for `--help` and the documentation. */
export const exitCodeHelp = `Exit codes:
  0    done, or you answered no; of a run: every step succeeded or was skipped
  1    a step failed, or the request could not be fulfilled
  2    wrong usage, plan or configuration
  3    of a run: no step failed and at least one needs approval
  130  interrupted with Ctrl-C; 143 by SIGTERM`;
