import { createLink } from '../../domain/approvals/links.ts';
import type { Store } from '../../domain/store.ts';

/** The longest recipient that a link can be for: it is recorded as who decided. */
const maxRecipientChars = 128;

/**
 * Makes what gives a recipient the address at which to decide about an approval, a new one each time; nothing once the
 * approval has ended. `publicUrl` is where people reach the server.
 */
export function linkMaker(store: Pick<Store, 'db'>, publicUrl: string) {
  return async (approvalId: number, recipient: string): Promise<string | undefined> => {
    if (recipient.length > maxRecipientChars) return undefined;
    const token = await createLink(store.db, approvalId, recipient);
    return token && `${publicUrl}/a/${token}`;
  };
}
