import * as z from 'zod';
import { InvalidInputError, NotFoundError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { NotRedeliverableError } from '../../domain/notifications/errors.ts';
import { redeliver } from '../../domain/notifications/redeliver.ts';
import { builder } from '../builder.ts';
import { ErrorInterface } from '../errors.ts';
import { needs } from '../needs.ts';
import { DeliveryType } from './delivery.ts';

builder.objectType(NotRedeliverableError, {
  name: 'NotRedeliverableError',
  description: 'The delivery cannot be sent again, or not now. The message says why.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ deliveryId: t.exposeString('deliveryId', { description: 'The delivery.' }) }),
});

const RedeliverInput = builder.inputType('RedeliverInput', {
  description: 'Which delivery to send again.',
  fields: (t) => ({
    deliveryId: t.string({
      required: true,
      description: 'Its id, or at least its first eight digits.',
    }),
  }),
});

const redeliverInput = z.object({
  deliveryId: z
    .string()
    .refine(
      (text) => text.length >= 8 && uuid.startsWith(text.replaceAll(/[0-9a-f]/gi, '0')),
      'expected the id of a delivery',
    ),
});

/** An id of zeros: with them for its digits, a beginning of an id is a beginning of this. */
const uuid = '00000000-0000-0000-0000-000000000000';

builder.mutationField('redeliver', (t) =>
  t.field({
    type: DeliveryType,
    description:
      'Sends a delivery again, with the same id and all its delivery attempts. If its approval has ended, it is not sent again. Requires the `operate` scope.',
    authScopes: needs('redeliver'),
    errors: { types: [InvalidInputError, NotFoundError, NotRedeliverableError] },
    args: { input: t.arg({ type: RedeliverInput, required: true, description: 'The delivery.' }) },
    resolve: (_root, { input }, { store, viewer, via }) =>
      redeliver(store, viewer, readInput(redeliverInput, input).deliveryId, via),
  }),
);
