import type { ReactNode } from 'react';
import { signInPath } from '../../data/base.ts';
import { useMay } from '../../data/useMay.ts';
import type { Scope } from '../../generated/graphql.ts';
import { actionTexts } from '../../texts/actions.ts';

/** Says why the buttons of a view are off for whoever lacks a scope; nothing for all others. */
export function LookOnly({ scope }: { scope: Scope }): ReactNode {
  const { isAllowed, isSignedOut } = useMay(scope);
  if (isAllowed) return null;
  return (
    <p className="muted">
      {actionTexts.lookOnly(scope)} {isSignedOut && <a href={signInPath()}>{actionTexts.signIn}</a>}
    </p>
  );
}
