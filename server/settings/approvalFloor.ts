import * as z from 'zod';
import type { ApprovalFloor, FloorRule } from '../../domain/plans/approvalFloor.ts';
import type { PlanKey } from '../../domain/plans/planKey.ts';

/** What a server demands of approvals: rules for plans, for projects, and one for the rest, of which the nearest counts. */
export const approvalFloor = z
  .string()
  .transform((text, context): ApprovalFloor | undefined => {
    const rules = new Map<string, FloorRule>();
    for (const entry of text.split(';').filter((part) => part.trim() !== '')) {
      const read = readEntry(entry.trim());
      const fault = 'expected' in read ? read : rules.has(read.where) ? twice(read.where) : undefined;
      if (fault !== undefined) {
        const message = `expected ${fault.expected}, such as "*: denySelf; acme/site: required 2, approvers group:release ann@example.org"`;
        context.addIssue({ code: 'custom', message, input: fault.got });
        return z.NEVER;
      }
      if (!('expected' in read)) rules.set(read.where, read.rule);
    }
    return rules.size === 0 ? undefined : floorOf(rules);
  })
  .optional();

/** What is wrong with a part of a rule. */
interface FloorFault {
  expected: string;
  got: string;
}

function twice(where: string): FloorFault {
  return { expected: 'one rule for each place, with commas between its demands', got: where };
}

function floorOf(rules: ReadonlyMap<string, FloorRule>): ApprovalFloor {
  const find = (plan: PlanKey | undefined) => {
    const { project = '', name = '' } = plan ?? {};
    const near =
      plan && (rules.get(`${project}:${name}`) ?? (project === '' ? rules.get(name) : rules.get(project)));
    return near ?? rules.get('*');
  };
  return Object.assign(find, { places: [...rules.keys()].filter((where) => where !== '*') });
}

/** The place ends before the first colon that a blank follows: names of plans have colons of their own. */
function readEntry(entry: string): { where: string; rule: FloorRule } | FloorFault {
  const colon = entry.indexOf(': ');
  const where = entry.slice(0, Math.max(colon, 0)).trim();
  if (!/^[^\s;,]{1,193}$/.test(where))
    return { expected: 'a project, a plan (acme/site:nightly) or *, then ": " and demands', got: entry };
  let rule: FloorRule = { approvers: [], required: 1, denySelf: false };
  for (const demand of entry.slice(colon + 1).split(',')) {
    const read = withDemand(rule, demand.trim());
    const expected = `for ${where} denySelf, required with a number from 1 to 10, or approvers with 1 to 50 names`;
    if (read === undefined) return { expected, got: demand.trim() };
    rule = read;
  }
  return { where, rule };
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
