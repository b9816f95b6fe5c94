import type { ReactNode } from 'react';
import { useLocation } from 'react-router';
import { basePath, currentPath } from '../../data/base.ts';
import type { PageViewer } from '../../data/useViewer.ts';
import type { Refusal } from '../../parts/act/useAct.ts';
import { keyTexts as texts } from '../../texts/keys.ts';
import { type KeyDraft, writeDraft } from './keyDraft.ts';

/** Says whether something was refused until its person has signed in anew, which only the issuer can prove. */
export function wantsFreshSignIn(refusal: Refusal | undefined, viewer: PageViewer): boolean {
  return viewer.proof === 'ISSUER' && (refusal?.issues.some(({ type }) => type === 'no_sign_in') ?? false);
}

/** Leads to a fresh sign-in, and back to what was written. */
export function FreshSignIn({ draft }: { draft?: KeyDraft }): ReactNode {
  const { search } = useLocation();
  const path = currentPath().replace(/[?#].*/, '');
  const kept = draft === undefined ? search.slice(1) : String(writeDraft(new URLSearchParams(search), draft));
  const query = new URLSearchParams({ fresh: '1', return_to: kept === '' ? path : `${path}?${kept}` });
  return (
    <>
      {texts.fresh} <a href={`${basePath}sign-in/issuer?${query}`}>{texts.freshLink}</a>
    </>
  );
}
