import { DomainError } from '../input/errors.ts';

/** The delivery cannot be sent again, or not now. */
export class NotRedeliverableError extends DomainError {
  readonly deliveryId: string;

  constructor(deliveryId: string, why: string) {
    super(`Delivery ${deliveryId} cannot be sent again: ${why}`);
    this.deliveryId = deliveryId;
  }
}
