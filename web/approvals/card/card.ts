import type { DecisionAction } from '../../../contract/words/decisions.ts';
import type { ApprovalCardQuery, ApprovalEvidenceQuery } from '../../generated/graphql.ts';
import type { Item } from '../decide/DecideDialog.tsx';

/** What is asked before one decides; it stands until it is answered, whatever becomes of the card meanwhile. */
export interface Question {
  action: DecisionAction;
  items: readonly Item[];
  firstNote: string;
}

export type CardTask = NonNullable<ApprovalCardQuery['task']>;
export type CardApproval = NonNullable<CardTask['approval']>;
export type Files = NonNullable<
  NonNullable<NonNullable<ApprovalEvidenceQuery['task']>['approval']>['pullRequest']
>['files'];
