import { countApprovals, readApprovalPage } from '../../domain/approvals/list.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { needs } from '../needs.ts';
import { ApprovalType } from './approval.ts';

const FilterInput = builder.inputType('ApprovalFilter', {
  description: 'Filters the approvals that are pending.',
  fields: (t) => ({
    mine: t.boolean({
      description:
        'true: only those that wait for you, because you may approve them and have not; false: only the others. It looks through the 5,000 that expire first.',
    }),
  }),
});

const ApprovalConnection = builder.connectionObject(
  {
    type: ApprovalType,
    name: 'ApprovalConnection',
    description: 'A page of the approvals that are pending, by expiry.',
  },
  { name: 'ApprovalEdge', description: 'An approval and its position in the list.' },
);

builder.queryFields((t) => ({
  approvals: t.connection(
    {
      type: ApprovalType,
      description:
        'The approvals that are pending, page by page: those that expire first come first, those that never expire last. With `first: 0` and `totalCount` it counts them.',
      authScopes: needs('pageApprovals'),
      args: { filter: t.arg({ type: FilterInput, description: 'Only approvals that match.' }) },
      resolve: (_root, { filter, ...page }, context) => {
        const { store, viewer } = context;
        return connect(
          context,
          page,
          (range) => readApprovalPage(store, viewer, filter ?? {}, range),
          () => countApprovals(store, viewer, filter ?? {}, maxTotalCount),
        );
      },
    },
    ApprovalConnection,
  ),
}));
