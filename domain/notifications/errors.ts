import { DomainError } from '../input/errors.ts';

/** A channel had a test message a moment ago. */
export class ChannelTestRefusedError extends DomainError {}

/** The delivery cannot be sent again, or not now. */
export class NotRedeliverableError extends DomainError {
  readonly deliveryId: string;

  constructor(deliveryId: string, why: string) {
    super(`Delivery ${deliveryId} cannot be sent again: ${why}`);
    this.deliveryId = deliveryId;
  }
}
