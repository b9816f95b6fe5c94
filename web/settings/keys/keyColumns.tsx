import type { ReactNode } from 'react';
import { keyBounds, keyStateFacts } from '../../../contract/words/keys.ts';
import { wordOf } from '../../../contract/words/words.ts';
import { mayDo, type PageViewer } from '../../data/useViewer.ts';
import type { KeyRowFragment } from '../../generated/graphql.ts';
import { Text } from '../../parts/Text.tsx';
import { Nothing, Time } from '../../parts/Time.tsx';
import type { Column } from '../../parts/table/Table.tsx';
import { keyTexts as texts } from '../../texts/keys.ts';
import { readable } from '../../texts/words.ts';
import { Mark, type Tone } from '../Mark.tsx';
import css from '../settings.module.css';

const tones: Record<KeyRowFragment['state'], Tone> = {
  ACTIVE: 'good',
  REPLACED: 'wait',
  EXPIRED: 'calm',
  REVOKED: 'bad',
};

/** Whether a key is one of the viewer's own. */
export function isOwn(viewer: PageViewer, key: KeyRowFragment): boolean {
  return key.owner !== null && key.owner === viewer.id;
}

/** The columns of keys, the last with what can be done about each. */
export function keyColumns(
  viewer: PageViewer,
  onAct: (act: 'rotate' | 'revoke', key: KeyRowFragment) => void,
): Column<KeyRowFragment>[] {
  const names = texts.columns;
  return [
    {
      name: names.state,
      cell: ({ state, revokedBy }) => (
        <span>
          <Mark tone={tones[state]} title={keyStateFacts[wordOf(state)].means}>
            {readable(state)}
          </Mark>{' '}
          {revokedBy !== null && <Text>{texts.revokedBy(revokedBy)}</Text>}
        </span>
      ),
    },
    { name: names.name, cell: ({ name }) => <Text>{name}</Text> },
    { name: names.owner, cell: ({ owner }) => (owner === null ? texts.service : <Text>{owner}</Text>) },
    { name: names.prefix, cell: ({ prefix }) => <code>{prefix}</code> },
    { name: names.scopes, cell: (key) => <Text>{describeRights(key)}</Text> },
    {
      name: names.lastUsed,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? texts.unused : <Time at={lastUsedAt} />),
    },
    {
      name: names.expires,
      cell: ({ expiresAt }) => (expiresAt === null ? texts.never : <Time at={expiresAt} />),
    },
    { name: names.made, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { name: names.change, cell: (key) => <Buttons of={key} viewer={viewer} onAct={onAct} /> },
  ];
}

function describeRights(key: KeyRowFragment): string {
  const bounds = keyBounds.flatMap((bound) =>
    key[bound].length === 0 ? [] : [`${texts.only[bound]} ${key[bound].join(', ')}`],
  );
  return [key.scopes.map(wordOf).join(', '), ...bounds].join('; ');
}

function Buttons({
  of,
  viewer,
  onAct,
}: {
  of: KeyRowFragment;
  viewer: PageViewer;
  onAct: (act: 'rotate' | 'revoke', key: KeyRowFragment) => void;
}): ReactNode {
  const works = of.state === 'ACTIVE' || of.state === 'REPLACED';
  const own = isOwn(viewer, of);
  if (!works || !(own || mayDo(viewer, 'ADMIN'))) return <Nothing />;
  return (
    <div className={css.rowButtons}>
      {of.state === 'ACTIVE' && (own || of.owner === null) && (
        <button type="button" aria-label={texts.rotateOf(of.name)} onClick={() => onAct('rotate', of)}>
          {texts.rotate}
        </button>
      )}
      <button type="button" aria-label={texts.revokeOf(of.prefix)} onClick={() => onAct('revoke', of)}>
        {texts.revoke}
      </button>
    </div>
  );
}
