import { describeFreeze, type Freeze } from '../../contract/freeze.ts';

/** Says who froze the server and why, and how it is thawed. */
export function describeFrozen(freeze: Freeze): string {
  return `The server is ${describeFreeze(freeze)}. Nothing starts until "nightshift thaw".`;
}
