export { type Client, type ClientOptions, createClient, type WalkOptions } from './client.ts';
export {
  ApiError,
  ApiUnreachableError,
  expectType,
  NoKeyOfMomentError,
  RefusedError,
  taskOf,
} from './errors.ts';
export type {
  ApprovalFieldsFragment as Approval,
  ApprovalState,
  CardFieldsFragment as ApprovalCard,
  CreateTaskInput,
  DecisionFieldsFragment as Decision,
  DeliveryFieldsFragment as Delivery,
  EvidenceFieldsFragment as Evidence,
  GrantInput,
  KeyFieldsFragment as ApiKey,
  PersonFieldsFragment as Person,
  PersonFilter,
  PrincipalFieldsFragment as Principal,
  RunFieldsFragment as Run,
  ShownTaskInput,
  TaskFieldsFragment as Task,
  TaskFilter,
  TaskStatus,
  UpdateTaskInput,
  WorkerFieldsFragment as Worker,
} from './generated/graphql.ts';
export type { CallOptions, KeySource } from './request.ts';
export type { Changes } from './watchAll.ts';
