import { countDeliveries, readDeliveryPage } from '../../domain/notifications/page.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { needs } from '../needs.ts';
import { DeliveryConnection, DeliveryStateEnum, DeliveryType } from './delivery.ts';

builder.queryField('deliveries', (t) =>
  t.connection(
    {
      type: DeliveryType,
      description: 'Notifications to channels, latest first, page by page.',
      authScopes: needs('pageDeliveries'),
      args: {
        state: t.arg({ type: [DeliveryStateEnum], description: 'Only deliveries in any of these states.' }),
      },
      resolve: (_root, { state, ...page }, context) => {
        const { db } = context.store;
        const states = state == null ? undefined : [...new Set(state)];
        return connect(
          context,
          page,
          (range) => readDeliveryPage(db, states, range),
          () => countDeliveries(db, states, maxTotalCount),
        );
      },
    },
    DeliveryConnection,
  ),
);
