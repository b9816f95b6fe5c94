import * as z from 'zod';
import type { ApprovalFloor, FloorRule } from '../../domain/plans/approvalFloor.ts';

const expected =
  'expected rules such as "*: denySelf; acme/site: required 2, approvers group:release ann@example.org", each for a project, a plan (acme/site:nightly) or * for all others';

/** What a server demands of approvals: rules for plans, for projects, and one for the rest, of which the nearest counts. */
export const approvalFloor = z
  .string()
  .transform((text, context): ApprovalFloor | undefined => {
    const rules = new Map<string, FloorRule>();
    for (const entry of text.split(';').filter((part) => part.trim() !== '')) {
      const read = readEntry(entry.trim());
      if (read === undefined || rules.has(read.where)) {
        context.addIssue({ code: 'custom', message: expected });
        return z.NEVER;
      }
      rules.set(read.where, read.rule);
    }
    return rules.size === 0 ? undefined : floorOf(rules);
  })
  .optional();

function floorOf(rules: ReadonlyMap<string, FloorRule>): ApprovalFloor {
  return (plan) => {
    const { project = '', name = '' } = plan ?? {};
    const near =
      plan && (rules.get(`${project}:${name}`) ?? (project === '' ? rules.get(name) : rules.get(project)));
    return near ?? rules.get('*');
  };
}

/** The place ends before the first colon that a blank follows: names of plans have colons of their own. */
function readEntry(entry: string): { where: string; rule: FloorRule } | undefined {
  const colon = entry.indexOf(': ');
  const where = entry.slice(0, Math.max(colon, 0)).trim();
  if (!/^[^\s;,]{1,193}$/.test(where)) return undefined;
  let rule: FloorRule | undefined = { approvers: [], required: 1, denySelf: false };
  for (const demand of entry.slice(colon + 1).split(',')) rule = rule && withDemand(rule, demand.trim());
  return rule && { where, rule };
}

function withDemand(rule: FloorRule, demand: string): FloorRule | undefined {
  const [word = '', ...values] = demand.split(/\s+/);
  const count = Number(values[0]);
  if (word === 'denySelf' && values.length === 0) return { ...rule, denySelf: true };
  if (word === 'required' && values.length === 1 && Number.isInteger(count) && count >= 1 && count <= 10)
    return { ...rule, required: count };
  if (word === 'approvers' && values.length > 0 && values.length <= 50) return { ...rule, approvers: values };
  return undefined;
}
