import type { PrincipalKind } from '../../contract/words/people.ts';

/** Who signs in, as an issuer or GitHub says it. */
export interface SignedIn {
  kind: Extract<PrincipalKind, 'issuer' | 'github'>;
  /** Its address, e.g. `https://login.example.org`. */
  issuer: string;
  /** What the issuer never gives to somebody else. */
  subject: string;
  /** How policies name the person: an address that the issuer has verified, or `github:login`; undefined where it has none. */
  name: string | undefined;
  /** What the account shows, for people who look at it. */
  label: string;
  /** The roles that the rules of this issuer give, as they are stored. */
  grants: readonly string[];
  /** The roles that rules give to the very address that is the name; they count for whoever has that name. @default none */
  grantsOfAddress?: readonly string[];
  /** The groups, as policies name them. */
  groups: readonly string[];
  address?: string | undefined;
  /**
   * Whether it counts only for a person who is known otherwise: linked by an admin, or named by the settings.
   * @default false
   */
  isBesideIssuer?: boolean;
}
