import * as z from 'zod';
import { approvalModes, expiryActions, risks } from '../../contract/words/plans.ts';
import { type Duration, readDuration } from './duration.ts';


const people = z.array(z.string().min(1).max(128)).max(50).readonly();

/** A part of a time, such as `50%`. */
type Percent = `${number}%`;

/** When a step awaits approval, and how that is decided. */
export const approvalSchema = z.strictObject({
  /** When the step awaits approval: with a pull request, at every success, or never. @default 'auto' */
  mode: z.enum(approvalModes, 'expected "auto", "always" or "never"').default('auto'),
  /** Who may approve and reject: viewers, and groups as `group:release`. @default everybody with the approve scope */
  approvers: people.optional(),
  /** How many distinct people must approve. @default 1 */
  required: z.int().min(1).max(10).optional(),
  /** Who started the run or authored the pull request may not approve. @default false */
  denySelf: z.boolean().optional(),
  /** The wait ends after this time; `'never'` lets it last. @default '72h' */
  expiresAfter: z
    .custom<Duration | 'never'>(
      (value) => value === 'never' || (typeof value === 'string' && (readDuration(value) ?? 0) >= 1000),
      'expected a duration of a second or more such as "72h", or "never"',
    )
    .optional(),
  /** What becomes of it then. @default 'expire' */
  onExpire: z.enum(expiryActions, 'expected "expire", "reject", "approve" or "escalate"').optional(),
  /** After which parts of its time the server reminds of it. @default ['50%', '90%'] */
  remind: z
    .array(z.custom<Percent>(isPercent, 'expected a part of the time such as "50%"'))
    .max(10)
    .readonly()
    .optional(),
  /** Who may decide as well once it was escalated. */
  escalateTo: people.optional(),
  /** What an approval brings about at the pull request: nothing, its merge, or a label. @default 'none' */
  onApprove: z
    .custom<'none' | 'merge' | `label:${string}`>(
      (value) => typeof value === 'string' && /^(none|merge|label:[^,\p{C}]{1,50})$/u.test(value),
      'expected "none", "merge" or "label:" and a name of up to 50 characters',
    )
    .optional(),
  /** With `'high'`, the link of a notification alone decides nothing: it needs a key or a sign-in besides. @default 'low' */
  risk: z.enum(risks, 'expected "low" or "high"').optional(),
});

/** How a step is approved before it runs. */
export const gateSchema = approvalSchema.omit({ mode: true, onApprove: true });

function isPercent(value: unknown): boolean {
  const [, number] = /^(\d{1,2}(?:\.\d{1,3})?)%$/.exec(typeof value === 'string' ? value : '') ?? [];
  return Number(number) > 0;
}
