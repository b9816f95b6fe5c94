import type { TrendDecisions } from '../../domain/trends/decisions.ts';
import { builder } from '../builder.ts';

/** `TrendDecisions`: how approvals ended. */
export const TrendDecisionsType = builder.objectRef<TrendDecisions>('TrendDecisions').implement({
  description: 'How the approvals ended that ended in this time.',
  fields: (t) => ({
    approved: t.exposeInt('approved', { description: 'Approvals that people gave.' }),
    rejected: t.exposeInt('rejected', { description: 'Approvals that people rejected.' }),
    expired: t.exposeInt('expired', { description: 'Approvals that nobody decided in time.' }),
    cancelled: t.exposeInt('cancelled', { description: 'Approvals whose tasks were cancelled.' }),
    acceptanceRate: t.exposeFloat('acceptanceRate', {
      nullable: true,
      description: '`approved` of `approved` and `rejected`, from 0 to 1; null without any.',
    }),
    p50Ms: t.expose('p50Ms', {
      type: 'SafeInt',
      nullable: true,
      description:
        'Milliseconds from the request within which half of the approved and rejected were decided, give or take 4.8 %; null without any.',
    }),
    p95Ms: t.expose('p95Ms', {
      type: 'SafeInt',
      nullable: true,
      description: 'Milliseconds within which 95 % of them were decided, give or take 4.8 %.',
    }),
  }),
});
