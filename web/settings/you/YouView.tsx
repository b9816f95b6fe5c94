import { type ReactNode, useState } from 'react';
import { useAsk } from '../../data/useAsk.ts';
import { mayDo } from '../../data/useViewer.ts';
import { YouDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { announce } from '../../parts/announce.ts';
import { Section } from '../../parts/Section.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { settingsTexts, youTexts as texts } from '../../texts/settings.ts';
import { Head } from '../Head.tsx';
import { SignInFirst } from '../SignInFirst.tsx';
import css from '../settings.module.css';
import { OwnDelegate } from './OwnDelegate.tsx';
import { Rights } from './Rights.tsx';
import { signOut } from './signOut.ts';
import { WhoFacts } from './WhoFacts.tsx';

/** `/settings`: who looks at the page, and what they may do. */
export function Component(): ReactNode {
  const { data, error, refetch } = useAsk(YouDocument, {});
  const viewer = data?.viewer;
  return (
    <>
      <Head title={settingsTexts.views.you} />
      {viewer === undefined &&
        (error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={6} />)}
      {viewer?.kind === 'ANONYMOUS' && <SignInFirst {...texts.anonymous} />}
      {viewer && viewer.kind !== 'ANONYMOUS' && (
        <Section title={texts.who} tools={viewer.session && <SignOut />}>
          <WhoFacts viewer={viewer} />
        </Section>
      )}
      {viewer && <Rights viewer={viewer} />}
      {viewer?.kind === 'PERSON' && mayDo(viewer, 'APPROVE') && <OwnDelegate />}
    </>
  );
}

function SignOut(): ReactNode {
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const leave = async (everywhere: boolean) => {
    setBusy(true);
    setFailed(false);
    if (await signOut(everywhere)) return;
    setBusy(false);
    setFailed(true);
    if (!everywhere) announce(texts.signOutFailed);
  };
  return (
    <div className={css.buttons}>
      {hasFailed && !isAsked && <span>{texts.signOutFailed}</span>}
      <button type="button" disabled={isBusy} onClick={() => void leave(false)}>
        {texts.signOut}
      </button>
      <button type="button" disabled={isBusy} onClick={() => setAsked(true)}>
        {texts.signOutEverywhere}
      </button>
      {isAsked && (
        <ActDialog
          title={texts.signOutEverywhere}
          confirm={texts.signOutEverywhere}
          isDangerous
          isBusy={isBusy}
          refusal={hasFailed ? { text: texts.signOutFailed, issues: [] } : undefined}
          onConfirm={() => void leave(true)}
          onClose={() => setAsked(false)}
        >
          <p>{texts.everywhereText}</p>
        </ActDialog>
      )}
    </div>
  );
}
