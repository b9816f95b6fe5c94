import { randomUUID } from 'node:crypto';
import * as operations from './generated/graphql.ts';
import { type CallOptions, type ConnectionOptions, createSend } from './request.ts';
import { walk } from './walk.ts';
import { watchRun } from './watch.ts';
import { watchAll } from './watchAll.ts';

/** Where the server is, and how patient to be with it. */
export type ClientOptions = Pick<ConnectionOptions, 'url'> & Partial<ConnectionOptions>;

/** How to walk a list. */
export interface WalkOptions extends CallOptions {
  /** How many nodes to read with one request, at most 200. @default 100 */
  pageSize?: number;
}

/** Every operation of the API, typed; made by `createClient`. */
export type Client = ReturnType<typeof createClient>;

/**
 * Makes a client of a Nightshift server. Each attempt at a call has a timeout (10 s) and is retried (4 times)
 * on network errors, timeouts, 429 (but of wrong keys) and 5xx with growing random pauses, heeding `Retry-After`; that is
 * safe because every operation is idempotent, but for those that make keys, which are not retried.
 * Each function throws `ApiError` when the server refuses, `ApiUnreachableError` when it cannot be reached.
 * Mutations resolve to their result union; `taskOf` takes the task out of one.
 */
export function createClient(options: ClientOptions) {
  const connection: ConnectionOptions = {
    timeoutMs: 10_000,
    retries: 4,
    minDelayMs: 250,
    maxDelayMs: 10_000,
    ...options,
  };
  const send = createSend(connection);
  const sendOnce = createSend({ ...connection, retries: 0 });

  const client = {
    /** Who the server takes this client for. */
    viewer: async (call?: CallOptions) => (await send(operations.ViewerDocument, {}, call)).viewer,

    /** Who the server takes this client for, what it may do, and until when. */
    whoAmI: async (call?: CallOptions) => (await send(operations.WhoAmIDocument, {}, call)).viewer,

    /** Reads one task, log excerpt included; null when there is none. */
    task: async (by: operations.TaskKeyInput, call?: CallOptions) =>
      (await send(operations.TaskDocument, { by }, call)).task,

    /** Reads a page of tasks, newest first. */
    tasks: async (page: operations.TasksQueryVariables = {}, call?: CallOptions) =>
      (await send(operations.TasksDocument, page, call)).tasks,

    /** Counts the matching tasks, at most 10,000. */
    countTasks: async (filter: operations.TaskFilter = {}, call?: CallOptions) =>
      (await send(operations.CountTasksDocument, { filter }, call)).tasks.totalCount,

    /** Yields every matching task, newest first. */
    walkTasks: (filter: operations.TaskFilter = {}, { pageSize, ...call }: WalkOptions = {}) =>
      walk((page) => client.tasks({ filter, ...page }, call), pageSize),

    /** Reads one run with its counts; null when there is none. */
    run: async (runId: string, call?: CallOptions) =>
      (await send(operations.RunDocument, { runId }, call)).run,

    /** Reads a page of runs, newest first. */
    runs: async (page: operations.RunsQueryVariables = {}, call?: CallOptions) =>
      (await send(operations.RunsDocument, page, call)).runs,

    /** Yields every matching run, newest first. */
    walkRuns: (filter: operations.RunFilter = {}, { pageSize, ...call }: WalkOptions = {}) =>
      walk((page) => client.runs({ filter, ...page }, call), pageSize),

    /** Records a task; without an idempotency key it gets one, so that a retry makes no second task. */
    createTask: async (input: operations.CreateTaskInput, call?: CallOptions) => {
      const keyed = { ...input, idempotencyKey: input.idempotencyKey ?? randomUUID() };
      return (await send(operations.CreateTaskDocument, { input: keyed }, call)).createTask;
    },

    /** Changes the given fields of a task; null clears one. */
    updateTask: async (input: operations.UpdateTaskInput, call?: CallOptions) =>
      (await send(operations.UpdateTaskDocument, { input }, call)).updateTask,

    /** Approves what a task made. */
    approveTask: async (input: operations.ApproveTaskInput, call?: CallOptions) =>
      (await send(operations.ApproveTaskDocument, { input }, call)).approveTask,

    /** Rejects what a task made. */
    rejectTask: async (input: operations.RejectTaskInput, call?: CallOptions) =>
      (await send(operations.RejectTaskDocument, { input }, call)).rejectTask,

    /** Decides several tasks the same way, at most 50; gives the result of each in order. */
    decideTasks: async (input: operations.DecideTasksInput, call?: CallOptions) =>
      (await send(operations.DecideTasksDocument, { input }, call)).decideTasks,

    /** Yields the approvals that are pending, by expiry: with `mine` only those that wait for whoever asks. */
    walkApprovals: (filter: operations.ApprovalFilter = {}, { pageSize, ...call }: WalkOptions = {}) =>
      walk(
        async (page) => (await send(operations.ApprovalsDocument, { filter, ...page }, call)).approvals,
        pageSize,
      ),

    /** Reads the latest approval of a task as whoever decides wants to see it, from its host if that is older than a minute. */
    approvalCard: async (by: operations.TaskKeyInput, call?: CallOptions) =>
      (await send(operations.ApprovalCardDocument, { by }, call)).task?.approval,

    /** Cancels a task that has not ended. */
    cancelTask: async (input: operations.CancelTaskInput, call?: CallOptions) =>
      (await send(operations.CancelTaskDocument, { input }, call)).cancelTask,

    /** Reads a page of deliveries, the latest first. */
    deliveries: async (page: operations.DeliveriesQueryVariables = {}, call?: CallOptions) =>
      (await send(operations.DeliveriesDocument, page, call)).deliveries,

    /** Yields every delivery in some states, or every one, the latest first. */
    walkDeliveries: (state?: operations.DeliveryState[], { pageSize, ...call }: WalkOptions = {}) =>
      walk((page) => client.deliveries({ ...page, ...(state && { state }) }, call), pageSize),

    /** Lists the channels of the server. */
    channels: async (call?: CallOptions) => (await send(operations.ChannelsDocument, {}, call)).channels,

    /** Sends a test message to a channel; waits some seconds for what comes back. */
    testChannel: async (input: operations.TestChannelInput, call?: CallOptions) =>
      (await send(operations.TestChannelDocument, { input }, call)).testChannel,

    /** Sends a delivery again now. */
    redeliver: async (deliveryId: string, call?: CallOptions) =>
      (await send(operations.RedeliverDocument, { input: { deliveryId } }, call)).redeliver,

    /** Yields every matching attempt to decide, newest first. */
    walkDecisions: (filter: operations.DecisionFilter = {}, { pageSize, ...call }: WalkOptions = {}) =>
      walk(
        async (page) => (await send(operations.DecisionsDocument, { filter, ...page }, call)).decisions,
        pageSize,
      ),

    /** Yields keys, newest first: with `all` those too that work no more, with `mine` only those of whoever asks. */
    walkKeys: (
      { all = false, mine = false }: { all?: boolean; mine?: boolean } = {},
      { pageSize, ...call }: WalkOptions = {},
    ) =>
      walk(
        async (page) => (await send(operations.ApiKeysDocument, { all, mine, ...page }, call)).apiKeys,
        pageSize,
      ),

    /** Creates a key of a service, once: when the answer is lost, rotate or revoke the key. */
    createKey: async (input: operations.CreateKeyInput, call?: CallOptions) =>
      (await sendOnce(operations.CreateKeyDocument, { input }, call)).createKey,

    /** Replaces the key of a service, once: when the answer is lost, rotate again. */
    rotateKey: async (input: operations.RotateKeyInput, call?: CallOptions) =>
      (await sendOnce(operations.RotateKeyDocument, { input }, call)).rotateKey,

    /** Revokes the keys of a service, or one key; with `person` only keys of whoever asks. */
    revokeKey: async (key: string, { person, ...call }: CallOptions & { person?: boolean } = {}) =>
      (await send(operations.RevokeKeyDocument, { input: { key, ...(person && { person }) } }, call))
        .revokeKey,

    /** Yields the people that match, newest first. */
    walkPeople: (filter: operations.PersonFilter = {}, { pageSize, ...call }: WalkOptions = {}) =>
      walk(
        async (page) => (await send(operations.PeopleDocument, { filter, ...page }, call)).people,
        pageSize,
      ),

    /** Yields the accounts that wait to be linked to a person, newest first. */
    walkWaitingPrincipals: ({ pageSize, ...call }: WalkOptions = {}) =>
      walk(
        async (page) => (await send(operations.WaitingPrincipalsDocument, page, call)).waitingPrincipals,
        pageSize,
      ),

    /** Sets the roles of a person. */
    setRole: async (input: operations.SetRoleInput, call?: CallOptions) =>
      (await send(operations.SetRoleDocument, { input }, call)).setRole,

    /** Removes a person. */
    forgetPerson: async (input: operations.ForgetPersonInput, call?: CallOptions) =>
      (await send(operations.ForgetPersonDocument, { input }, call)).forgetPerson,
    removePerson: async (input: operations.RemovePersonInput, call?: CallOptions) =>
      (await send(operations.RemovePersonDocument, { input }, call)).removePerson,

    /** Links an account to a person. */
    linkPerson: async (input: operations.LinkPersonInput, call?: CallOptions) =>
      (await send(operations.LinkPersonDocument, { input }, call)).linkPerson,

    /** Takes an account from its person. */
    unlinkPerson: async (principal: string, call?: CallOptions) =>
      (await send(operations.UnlinkPersonDocument, { input: { principal } }, call)).unlinkPerson,

    /** Lets somebody decide for the caller until a time. */
    delegate: async (input: operations.DelegateInput, call?: CallOptions) =>
      (await send(operations.DelegateDocument, { input }, call)).delegate,

    /** Ends that somebody decides for the caller. */
    endDelegation: async (input: operations.EndDelegationInput, call?: CallOptions) =>
      (await send(operations.EndDelegationDocument, { input }, call)).endDelegation,

    /** Deletes the tasks that started before a time. */
    pruneTasks: async (before: string, call?: CallOptions) =>
      (await send(operations.PruneTasksDocument, { input: { before } }, call)).pruneTasks,

    /** Finds the steps of a plan whose approvals nobody could give on this server. */
    policyProblems: async (wanted: operations.PolicyProblemsQueryVariables, call?: CallOptions) =>
      (await send(operations.PolicyProblemsDocument, wanted, call)).policyProblems,
    /** Registers a plan of a project; gives the hash that its runs and leases name it by. */
    registerPlan: async (
      plan: operations.PlanInput,
      { home, ...call }: CallOptions & { home?: operations.PlanHomeInput | undefined } = {},
    ) =>
      (
        await send(
          operations.RegisterPlanDocument,
          { input: { plan, ...(home === undefined ? {} : { home }) } },
          call,
        )
      ).registerPlan,

    /** Those of some contents of plans, at most 1,000, that existing runs use; with a project only its own. */
    plansOnRecord: async (
      hashes: string[],
      { project, ...call }: CallOptions & { project?: string | undefined } = {},
    ) =>
      (
        await send(
          operations.PlansOnRecordDocument,
          { hashes, ...(project === undefined ? {} : { project }) },
          call,
        )
      ).plansOnRecord,

    /** Sets the repositories that a plan trusts. */
    trustOrigins: async (input: operations.TrustOriginsInput, call?: CallOptions) =>
      (await send(operations.TrustOriginsDocument, { input }, call)).trustOrigins,

    /** The plans that are known, by their projects and names. */
    plans: async (wanted: operations.PlansQueryVariables = {}, call?: CallOptions) =>
      (await send(operations.PlansDocument, wanted, call)).plans,

    /** Has the schedule of a plan start nothing until it is resumed. */
    pausePlan: async (input: operations.PlanStateInput, call?: CallOptions) =>
      (await send(operations.PausePlanDocument, { input }, call)).pausePlan,

    /** Takes up a paused or retired plan again. */
    resumePlan: async (input: operations.PlanStateInput, call?: CallOptions) =>
      (await send(operations.ResumePlanDocument, { input }, call)).resumePlan,

    /** Has a plan leave the lists and its schedule start nothing. */
    retirePlan: async (input: operations.PlanStateInput, call?: CallOptions) =>
      (await send(operations.RetirePlanDocument, { input }, call)).retirePlan,

    /** Acknowledges the failure of a task. */
    acknowledgeTask: async (input: operations.AcknowledgeTaskInput, call?: CallOptions) =>
      (await send(operations.AcknowledgeTaskDocument, { input }, call)).acknowledgeTask,

    /** Takes back the acknowledgement of a failure. */
    unacknowledgeTask: async (input: operations.UnacknowledgeTaskInput, call?: CallOptions) =>
      (await send(operations.UnacknowledgeTaskDocument, { input }, call)).unacknowledgeTask,

    /** Reads whether the server is frozen; null when it is not. */
    presentFreeze: async (call?: CallOptions) =>
      (await send(operations.PresentFreezeDocument, {}, call)).freeze,

    /** Has nothing start on the server until it is thawed. */
    freeze: async (input: operations.FreezeInput, call?: CallOptions) =>
      (await send(operations.FreezeDocument, { input }, call)).freeze,

    /** Ends a freeze. */
    thaw: async (input: operations.ThawInput = {}, call?: CallOptions) =>
      (await send(operations.ThawDocument, { input }, call)).thaw,

    /** Has a worker take nothing new, let what it runs finish, and leave. */
    drainWorker: async (worker: string, call?: CallOptions) =>
      (await send(operations.DrainWorkerDocument, { input: { worker } }, call)).drainWorker,

    /**
     * Starts a run of a plan; the same run id again gives the same run. With neither a run id nor an idempotency key it gets
     * such a key, so that a retry starts no second run.
     */
    startRun: async (input: operations.StartRunInput, call?: CallOptions) => {
      const isNamed = input.runId != null || input.idempotencyKey != null;
      const keyed = isNamed ? input : { ...input, idempotencyKey: randomUUID() };
      return (await send(operations.StartRunDocument, { input: keyed }, call)).startRun;
    },

    /** Cancels what has not ended of a run. */
    cancelRun: async (runId: string, note?: string, call?: CallOptions) =>
      (await send(operations.CancelRunDocument, { input: { runId, note: note ?? null } }, call)).cancelRun,

    /** Says that this caller, the one worker of an exclusive run, has done what it can. */
    leaveRun: async (runId: string, call?: CallOptions) =>
      (await send(operations.LeaveRunDocument, { input: { runId } }, call)).leaveRun,

    /** Retries tasks of a run. */
    retryRun: async (input: operations.RetryRunInput, call?: CallOptions) =>
      (await send(operations.RetryRunDocument, { input }, call)).retryRun,

    /** Retries one failed or skipped task, and what did not run because of it. */
    retryTask: async (key: operations.RetryTaskInput, call?: CallOptions) =>
      (await send(operations.RetryTaskDocument, { input: key }, call)).retryTask,

    /** Starts a run for due times of a schedule, once however many ask; gives the outcome of each. */
    settleDue: async (input: operations.SettleDueInput, call?: CallOptions) =>
      (await send(operations.SettleDueDocument, { input }, call)).settleDue,

    /** Reads the latest scheduled runs and their outcomes. */
    scheduledRuns: async (wanted: operations.ScheduledRunsQueryVariables = {}, call?: CallOptions) =>
      (await send(operations.ScheduledRunsDocument, wanted, call)).scheduledRuns,

    /** Reads runs, durations and decisions over time. */
    trends: async (wanted: operations.TrendsQueryVariables = {}, call?: CallOptions) =>
      (await send(operations.TrendsDocument, wanted, call)).trends,

    /** Walks the workers of the last day, by name. */
    walkWorkers: (
      { states }: Pick<operations.WorkersQueryVariables, 'states'> = {},
      { pageSize, ...call }: WalkOptions = {},
    ) =>
      walk(
        async (page) => (await send(operations.WorkersDocument, { states, ...page }, call)).workers,
        pageSize,
      ),

    /** Takes a lease, or none; without a request id it gets one, so that a retry takes no second lease. */
    leaseTask: async (
      input: Omit<operations.LeaseTaskInput, 'requestId'> & { requestId?: string },
      call?: CallOptions,
    ) => {
      const named = { ...input, requestId: input.requestId ?? randomUUID() };
      return (await send(operations.LeaseTaskDocument, { input: named }, call)).leaseTask;
    },

    /** Says that the holder of a lease is still there; the answer may wait to tell of a cancellation. */
    extendLease: async (leaseId: string, { waitMs, ...call }: CallOptions & { waitMs?: number } = {}) =>
      (
        await send(
          operations.ExtendLeaseDocument,
          { input: { leaseId, ...(waitMs === undefined ? {} : { waitMs }) } },
          call,
        )
      ).extendLease,

    /** Reports how an attempt ended. */
    finishAttempt: async (input: operations.FinishAttemptInput, call?: CallOptions) =>
      (await send(operations.FinishAttemptDocument, { input }, call)).finishAttempt,

    /** Returns the lease of a worker that was killed, once nothing of its attempt runs any more. */
    returnLease: async (input: operations.ReturnLeaseInput, call?: CallOptions) =>
      (await send(operations.ReturnLeaseDocument, { input }, call)).returnLease,

    /** Says what the queued tasks of a run wait for, at most 200 of them, by their numbers. */
    waitingTasks: async (runId: string, call?: CallOptions) => {
      const { nodes } = (await send(operations.WaitingTasksDocument, { runId }, call)).tasks;
      return new Map(nodes.map(({ databaseId, waitingFor }) => [databaseId, waitingFor]));
    },
    /** Reads the attempts of a task, the first one first; none when there is no such task. */
    attempts: async (databaseId: number, call?: CallOptions) =>
      (await send(operations.TaskAttemptsDocument, { databaseId }, call)).task?.attempts ?? [],

    /**
     * Yields a task of the run each time one is created or changed; connects again when the connection breaks. Once
     * `onConnect` was called, reading the run misses nothing that is not yielded.
     */
    watchRun: (runId: string, { signal, onConnect }: CallOptions & { onConnect?: () => void } = {}) =>
      watchRun(
        {
          ...connection,
          onConnect,
          readAll: (id, stop) => client.walkTasks({ runId: [id] }, { signal: stop }),
        },
        runId,
        signal,
      ),

    /**
     * Yields which tasks, runs and approvals change, of all runs; connects again when the connection breaks. With
     * `readAgain`, which comes first and after every break, read again what you show.
     */
    watchAll: (watch: { signal?: AbortSignal; onConnect?: () => void } = {}) => watchAll(connection, watch),
  };
  return client;
}
