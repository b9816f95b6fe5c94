import * as z from 'zod';
import { name } from '../input/text.ts';
import { type Duration, readDuration } from '../text/duration.ts';
import { approvalModes, expiryActions, risks } from '../words/plans.ts';
import { fallbacksOf, fileObject, knownObject, option, toKnown } from './option.ts';
import { listed, oneOf, rangeOf } from './values.ts';

const maxName = 128;
const maxPeople = 50;
const people = z.array(z.string().min(1).max(maxName)).max(maxPeople).readonly();
const knownPeople = z.array(name(maxName)).max(maxPeople);

/** A list that was made of nothing would let everyone approve. */
const noApprovers =
  'expected at least one; leave `approvers` out to let everyone with the `approve` scope decide';

/** How many distinct people must approve. */
const count = z.int().min(1).max(10);

/** The hours after which an approval expires, where its policy says nothing. */
const expiryHours = 72;

/** The shortest and the longest wait for a decision, in milliseconds: a second and a year. */
const [shortestMs, longestMs] = [1000, 31_536_000_000];

/** The most reminders of one approval. */
const maxReminders = 10;

/** A part of a time, such as `50%`. */
type Percent = `${number}%`;

const reminders: Percent[] = ['50%', '90%'];

/** What an approval does to its pull request. */
const effect = /^(none|merge|label:[^,\p{C}]{1,50})$/u;

/** How an approval is decided: what a step may say of its gate, and of its approval as well. */
export const gateOptions = {
  approvers: option({
    file: people.refine((list) => list.length > 0, noApprovers).optional(),
    fallback: [],
    shownDefault: 'everybody',
    text: 'Who may approve and reject, among those with the `approve` scope: viewers, and groups as `group:release`. All with that scope may still cancel.',
    known: {
      approvers: knownPeople
        .optional()
        .describe(
          'Viewers and groups (`group:release`) that may approve and reject. Default: everyone with the `approve` scope.',
        ),
    },
    toKnown: (approvers) => (approvers === undefined ? {} : { approvers: [...approvers] }),
  }),
  required: option({
    file: count.optional(),
    fallback: 1,
    text: 'How many different people must approve. One rejection ends it at once.',
    known: {
      required: count
        .optional()
        .describe(`How many different people must approve; ${rangeOf(count)}. Default 1.`),
    },
  }),
  denySelf: option({
    file: z.boolean().optional(),
    fallback: false,
    text: 'Prevents self-approval: whoever started the run or wrote the pull request may not approve.',
    known: {
      denySelf: z
        .boolean()
        .optional()
        .describe(
          'Prevents self-approval: whoever started the run or wrote the pull request may not approve. Default false.',
        ),
    },
  }),
  expiresAfter: option({
    file: z
      .custom<Duration | 'never'>(
        (value) =>
          value === 'never' || (typeof value === 'string' && (readDuration(value) ?? 0) >= shortestMs),
        `expected a duration of a second or more such as "${expiryHours}h", or "never"`,
      )
      .optional(),
    fallback: `${expiryHours}h`,
    text: "How long it waits, or `'never'`.",
    known: {
      expiresAfterMs: z
        .int()
        .min(shortestMs)
        .max(longestMs)
        .nullable()
        .optional()
        .describe(`Milliseconds until the approval expires; null means never. Default ${expiryHours} hours.`),
    },
    // `never` is not a duration.
    toKnown: (after) => (after === undefined ? {} : { expiresAfterMs: readDuration(after) ?? null }),
  }),
  onExpire: option({
    file: oneOf(expiryActions).optional(),
    fallback: 'expire',
    text: "What happens then: `'expire'` (`failed`, with `approval_state` `expired`), `'reject'`, `'approve'` or `'escalate'`.",
    known: {
      onExpire: z.enum(expiryActions).optional().describe('What happens when it expires. Default `EXPIRE`.'),
    },
  }),
  remind: option({
    file: z
      .array(z.custom<Percent>(isPercent, 'expected a part of the time such as "50%"'))
      .max(maxReminders)
      .readonly()
      .optional(),
    fallback: reminders,
    text: 'After which parts of that time the server [reminds](notifications.md) you.',
    known: {
      remind: z
        .array(z.number().gt(0).lt(1))
        .max(maxReminders)
        .optional()
        .describe(
          `After which fractions of that time reminders are sent, above 0 and below 1. Default ${listed(reminders.map(toPart).map(String), 'and')}.`,
        ),
    },
    toKnown: (parts) => (parts === undefined ? {} : { remind: parts.map(toPart) }),
  }),
  escalateTo: option({
    file: people.optional(),
    fallback: [],
    shownDefault: '',
    text: "With `'escalate'`: who else may decide from then on. It waits for the same time once more, and then expires.",
    known: { escalateTo: knownPeople.optional().describe('Who else may decide after it was escalated.') },
    toKnown: (escalateTo) => (escalateTo === undefined ? {} : { escalateTo: [...escalateTo] }),
  }),
  risk: option({
    file: oneOf(risks).optional(),
    fallback: 'low',
    text: "With `'high'`, only a person who proves who they are at that moment can approve: see [High risk](approvals.md#high-risk).",
    known: {
      risk: z.enum(risks).optional().describe('How much care the decision needs. Default `LOW`.'),
    },
  }),
};

const onApprove = option({
  file: z
    .custom<'none' | 'merge' | `label:${string}`>(
      (value) => typeof value === 'string' && effect.test(value),
      'expected "none", "merge" or "label:" and a name of up to 50 characters',
    )
    .optional(),
  fallback: 'none',
  text: "What an approval does to the [pull request](pull-requests.md#merge-or-label-after-an-approval): `'merge'` or `'label:NAME'`.",
  known: {
    onApprove: z
      .string()
      .regex(effect, 'expected none, merge or label: and a name')
      .optional()
      .describe('What an approval does to the pull request: `none`, `merge`, or `label:NAME`. Default none.'),
  },
});

const mode = option({
  file: oneOf(approvalModes).default('auto'),
  text: "When the output needs approval: `'auto'`, `'always'` or `'never'`.",
});

const policyOptions = { ...gateOptions, onApprove };

/** What a step may say of its approval, with when it awaits one. */
export const approvalOptions = { mode, ...policyOptions };

/** When a step awaits approval, and how that is decided, as its plan file says. */
export const approvalFile = fileObject(approvalOptions);
/** When a step awaits approval. */
export type ApprovalMode = z.output<typeof approvalFile>['mode'];

/** How a step is approved before it runs, as its plan file says. */
export const gateFile = fileObject(gateOptions);
/** How a step is approved before it runs. */
export type GatePolicy = z.output<typeof gateFile>;

/** How an approval is decided, as the server knows it; what is left out has its default in `policyDefaults`. */
export const approvalPolicy = knownObject(policyOptions);
/** A policy with every default filled in, as an approval keeps it. */
export type ApprovalPolicy = Required<z.output<typeof approvalPolicy>> & {
  /** Of whom the server demands that they be among those who approve or reject, beside what the plan says. */
  alsoApprovers?: readonly string[];
};

/** What counts where a policy says nothing. */
export const policyDefaults = toKnown(policyOptions, fallbacksOf(policyOptions)) as ApprovalPolicy;

/** The policy of an approval as the server knows it. */
export function knownPolicy(
  policy: Omit<z.output<typeof approvalFile>, 'mode'>,
): z.input<typeof approvalPolicy> {
  return toKnown(policyOptions, policy);
}

function isPercent(value: unknown): boolean {
  const [, number] = /^(\d{1,2}(?:\.\d{1,3})?)%$/.exec(typeof value === 'string' ? value : '') ?? [];
  return Number(number) > 0;
}

function toPart(percent: Percent): number {
  return Number.parseFloat(percent) / 100;
}
