/** When a step awaits approval: with a pull request, at every success, or never. */
export const approvalModes = ['auto', 'always', 'never'] as const;

/** What becomes of an approval that nobody decides in time. */
export const expiryActions = ['expire', 'reject', 'approve', 'escalate'] as const;

/** How much care an approval asks for. */
export const risks = ['low', 'high'] as const;

/** Why an attempt may be made again. */
export const retryCauses = ['exit', 'timeout', 'lost'] as const;

/** What a step does while earlier work of it still awaits approval. */
export const openActions = ['skip', 'run', 'supersede'] as const;

/** What becomes of a command whose worker cannot reach the server. */
export const lostContactActions = ['goOn', 'end'] as const;

/** Which due times that passed while nothing ran are caught up on. */
export const catchUpModes = ['skip', 'latest', 'all'] as const;

/** When something is told: at once, in the morning's digest, or never. That a task awaits approval is always told at once. */
export const notifyWhens = ['now', 'digest', 'never'] as const;
