import { type ApprovalPolicy, policyDefaults } from './approvalPolicy.ts';

/** The fields of a policy by which it can be one that nobody can fulfil, or that approves what nobody looked at. */
export type FaultyField = 'required' | 'onExpire' | 'escalateTo';

/** What a plan or an approval says of a policy; what is left out has its default. */
type GivenPolicy = { readonly [N in keyof ApprovalPolicy]?: Readonly<ApprovalPolicy[N]> | undefined };

/** Fills in what a policy leaves out. */
export function withDefaults(policy: GivenPolicy): ApprovalPolicy {
  const given = Object.entries(policy).filter(([, value]) => value !== undefined);
  return { ...policyDefaults, ...Object.fromEntries(given) };
}

/** Says which fields of a policy are at fault, though each alone is well: the plan's reader and the server word them. */
export function faultyFieldsOf(policy: GivenPolicy): FaultyField[] {
  const { approvers, escalateTo, required, onExpire } = withDefaults(policy);
  const hasGroup = approvers.some((one) => one.startsWith('group:'));
  return [
    ...(approvers.length > 0 && !hasGroup && new Set(approvers).size < required ? ['required' as const] : []),
    ...(onExpire === 'approve' && isAboutPeople(policy) ? ['onExpire' as const] : []),
    ...(onExpire === 'escalate' && escalateTo.length === 0 ? ['escalateTo' as const] : []),
  ];
}

/**
 * Says whether a policy asks for people or much care: then a merge is at most the vote of whoever merged, and time alone
 * never approves.
 */
export function isAboutPeople(policy: GivenPolicy): boolean {
  return asksForPeople(policy) || policy.risk === 'high';
}

/** Says whether a policy asks for people, so that only persons count. */
export function asksForPeople(policy: GivenPolicy): boolean {
  const { approvers, alsoApprovers = [], required, denySelf } = withDefaults(policy);
  return approvers.length > 0 || alsoApprovers.length > 0 || required > 1 || denySelf;
}
