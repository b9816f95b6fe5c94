import { DomainError } from '../input/errors.ts';

/** The lease has expired: what its holder did since then does not count. */
export class LostLeaseError extends DomainError {
  readonly leaseId: string;

  constructor(leaseId: string) {
    super(
      `Lease ${leaseId} is no longer held: it expired or its attempt has ended. End the command and lease again.`,
    );
    this.leaseId = leaseId;
  }
}

/** This server does not know a lease with this id: another server issued it, or its task was deleted. */
export class UnknownLeaseError extends DomainError {
  readonly leaseId: string;
  /** Which server says so, by the id that its leases bear. */
  readonly serverId: string;

  constructor(leaseId: string, serverId: string) {
    super(`This server does not know lease ${leaseId}: another server issued it, or its task was deleted.`);
    this.leaseId = leaseId;
    this.serverId = serverId;
  }
}

/** A run of this id exists with another plan, or with other inputs. */
export class RunExistsError extends DomainError {
  readonly runId: string;

  constructor(runId: string) {
    super(`Run ${runId} already exists with a different plan or inputs. Choose another runId.`);
    this.runId = runId;
  }
}

/** A task or run that cannot be retried, or not now. */
export class NotRetryableError extends DomainError {}
