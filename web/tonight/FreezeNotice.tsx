import { lazy, type ReactNode } from 'react';
import type { TonightQuery } from '../generated/graphql.ts';
import { ActionButton } from '../parts/act/ActionButton.tsx';
import { Text } from '../parts/Text.tsx';
import { Time } from '../parts/Time.tsx';
import { tonightTexts } from '../texts/tonight.ts';
import css from './tonight.module.css';

const texts = tonightTexts.freeze;
const ThawDialog = lazy(() => import('./dialogs/ThawDialog.tsx'));

/** Says that nothing starts on this server, who said so, and why. */
export function FreezeNotice({ freeze }: { freeze: NonNullable<TonightQuery['freeze']> }): ReactNode {
  return (
    <section className={css.frozen} aria-label={texts.frozen}>
      <div>
        <p>
          <strong>{texts.frozen}</strong> {texts.by} <Text>{freeze.by}</Text> {texts.since}{' '}
          <Time at={freeze.since} />: <Text>{freeze.why}</Text>
        </p>
        <p>{texts.means}</p>
      </div>
      <ActionButton label={tonightTexts.thaw.button} scope="OPERATE">
        {(close) => <ThawDialog onClose={close} />}
      </ActionButton>
    </section>
  );
}
