import { recogniseSignIn } from '../../domain/access/signIn.ts';
import type { Store } from '../../domain/store.ts';
import type { Issuer } from '../access/issuer.ts';
import type { DeviceSignIn } from './deviceRoute.ts';
import { whoOf } from './issuerAnswer.ts';

/** Has the issuer of a server sign command lines in that have no browser beside them; undefined without one. */
export function deviceOf(store: Pick<Store, 'db'>, issuer: Issuer | undefined): DeviceSignIn | undefined {
  return (
    issuer && {
      configuration: issuer.open,
      scope: issuer.config.scopes,
      recognise: (claims, { address }) =>
        recogniseSignIn(store, { ...whoOf(claims, issuer.config), address }),
    }
  );
}
