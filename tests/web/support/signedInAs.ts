import { pageSecretName } from '../../../contract/protocol.ts';
import type { Proof } from '../../../contract/words/viewers.ts';
import type { RunningServer } from '../../../server/server.ts';
import { makePerson, signInBrowser, type TestPerson } from '../../server/signIn/browserSession.ts';
import type { VisitOptions } from '../../support/browser.ts';

/** Makes a person with roles that an admin gave, and what signs a browser in as that person. */
export async function signedInAs(
  server: RunningServer,
  name: string,
  roles: string[],
  how: { proof?: Proof; provedAt?: Date } = {},
): Promise<{ person: TestPerson; prepare: NonNullable<VisitOptions['prepare']> }> {
  const person = await makePerson(server.store, name, { own: roles });
  return { person, prepare: await signInAgain(server, person, how) };
}

/** Signs another browser in as somebody. */
export async function signInAgain(
  server: RunningServer,
  person: TestPerson,
  how: { proof?: Proof; provedAt?: Date } = {},
): Promise<NonNullable<VisitOptions['prepare']>> {
  const { cookie, pageSecret } = await signInBrowser(server, person, how);
  return async (context) => {
    await context.addCookies([{ ...cookie, url: server.url, httpOnly: true, sameSite: 'Lax' }]);
    await context.addInitScript(
      ([key, value]) => {
        // Frames without an origin of their own have no storage.
        if (location.origin === 'null' || localStorage.getItem(key) !== null) return;
        localStorage.setItem(key, value);
      },
      [pageSecretName, pageSecret] as const,
    );
  };
}
