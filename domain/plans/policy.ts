import * as z from 'zod';
import { name } from '../../contract/input/text.ts';
import { expiryActions, risks } from '../../contract/words/plans.ts';

const people = z.array(name(128)).max(50);

/** How an approval is decided, as a step of a plan says; what is left out has the default that the database fills in. */
export const approvalPolicy = z.object({
  /** Viewers and groups (`group:release`) that may approve and reject. @default everybody with the approve scope */
  approvers: people.optional(),
  /** How many distinct people must approve. @default 1 */
  required: z.int().min(1).max(10).optional(),
  /** Whether who started the run or authored the pull request may not approve. @default false */
  denySelf: z.boolean().optional(),
  /** Milliseconds until it expires; null for never. @default 72 hours */
  expiresAfterMs: z.int().min(1000).max(31_536_000_000).nullable().optional(),
  /** @default 'expire' */
  onExpire: z.enum(expiryActions).optional(),
  /** After which parts of its time it is reminded of. @default 0.5 and 0.9 */
  remind: z.array(z.number().gt(0).lt(1)).max(10).optional(),
  /** Who may decide as well once it was escalated. */
  escalateTo: people.optional(),
  /** What an approval brings about at the pull request: nothing, its merge, or a label. @default 'none' */
  onApprove: z
    .string()
    .regex(/^(none|merge|label:[^,\p{C}]{1,50})$/u, 'expected none, merge or label: and a name')
    .optional(),
  /** With `high`, the link of a notification alone decides nothing. @default 'low' */
  risk: z.enum(risks).optional(),
});

/** Says what no single field of a policy tells, with the field at fault; nothing when it can be fulfilled. */
export function faultOfPolicy(
  policy: z.output<typeof approvalPolicy>,
): { field: keyof ApprovalPolicy; message: string } | undefined {
  const { approvers = [], escalateTo = [], required = 1, onExpire } = policy;
  const hasGroup = approvers.some((one) => one.startsWith('group:'));
  if (approvers.length > 0 && !hasGroup && new Set(approvers).size < required) {
    const message = `expected at most as many as there are approvers (${approvers.length}), got ${required}`;
    return { field: 'required', message };
  }
  if (onExpire === 'approve' && isAboutPeople(policy))
    return {
      field: 'onExpire',
      message:
        'expected expire, reject or escalate where people must approve (approvers, required over 1, denySelf) or the risk is high, got approve',
    };
  if (onExpire === 'escalate' && escalateTo.length === 0)
    return {
      field: 'escalateTo',
      message: 'must name whom to escalate to, since onExpire is escalate, got nobody',
    };
  return undefined;
}

/** Says the same of the policy of a gate: before its command runs a step has made nothing, and time alone lets none run. */
export function faultOfGate(policy: z.output<typeof approvalPolicy>): ReturnType<typeof faultOfPolicy> {
  if (policy.onExpire === 'approve')
    return { field: 'onExpire', message: 'expected expire, reject or escalate for a gate, got approve' };
  if ((policy.onApprove ?? 'none') !== 'none')
    return { field: 'onApprove', message: `expected none for a gate, got ${policy.onApprove}` };
  return faultOfPolicy(policy);
}

/** A policy with every default filled in, as an approval keeps it. */
export type ApprovalPolicy = Required<z.output<typeof approvalPolicy>>;

/**
 * Says whether a policy asks for people or much care: then a merge is at most the vote of whoever merged, and time alone
 * never approves.
 */
export function isAboutPeople(policy: Partial<ApprovalPolicy>): boolean {
  return asksForPeople(policy) || policy.risk === 'high';
}

/** Says whether a policy asks for people, so that only persons count. */
export function asksForPeople({
  approvers = [],
  required = 1,
  denySelf = false,
}: Partial<ApprovalPolicy>): boolean {
  return approvers.length > 0 || required > 1 || denySelf;
}
