import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'react-router';
import { mayDo, type PageViewer, useViewer } from '../../data/useViewer.ts';
import { KeyPageDocument, type KeyRowFragment, type ShownKeyFragment } from '../../generated/graphql.ts';
import { Section } from '../../parts/Section.tsx';
import { Empty } from '../../parts/states/Empty.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { keyTexts as texts } from '../../texts/keys.ts';
import { settingsTexts } from '../../texts/settings.ts';
import { FlagBox } from '../FlagBox.tsx';
import { Head } from '../Head.tsx';
import { PagedTable } from '../PagedTable.tsx';
import { SignInFirst } from '../SignInFirst.tsx';
import { useFlag } from '../useFlag.ts';
import { usePages } from '../usePages.ts';
import { keyColumns } from './keyColumns.tsx';
import { readDraft, withoutDraft } from './keyDraft.ts';
import { MakeKeyDialog } from './MakeKeyDialog.tsx';
import { RevokeKeyDialog } from './RevokeKeyDialog.tsx';
import { RotateKeyDialog } from './RotateKeyDialog.tsx';
import { ShownKeyDialog } from './ShownKeyDialog.tsx';

/** `/settings/keys`: one's own keys, and for admins those of everybody. */
export function Component(): ReactNode {
  const viewer = useViewer();
  if (
    viewer !== undefined &&
    viewer.kind !== 'ANONYMOUS' &&
    (mayDo(viewer, 'ADMIN') || viewer.kind === 'PERSON')
  )
    return <Keys viewer={viewer} />;
  return (
    <>
      <Head title={settingsTexts.views.keys} />
      {viewer === undefined ? (
        <Loading rows={4} />
      ) : viewer.kind === 'ANONYMOUS' ? (
        <SignInFirst />
      ) : (
        <Empty title={settingsTexts.adminsOnly.title} text={texts.noneFor} />
      )}
    </>
  );
}

type Open = { act: 'rotate' | 'revoke'; key: KeyRowFragment } | { act: 'show'; made: ShownKeyFragment };

function Keys({ viewer }: { viewer: PageViewer }): ReactNode {
  const [search, setSearch] = useSearchParams();
  const [isAll, setAll] = useFlag('ended');
  const [isMine, setMine] = useFlag('mine');
  const [open, setOpen] = useState<Open>();
  const isAdmin = mayDo(viewer, 'ADMIN');
  const isPerson = viewer.kind === 'PERSON';
  const mine = isPerson && (isMine || !isAdmin);
  const list = usePages(KeyPageDocument, { mine, all: isAll }, ({ apiKeys }) => apiKeys);
  const draft = readDraft(search);
  const close = () => setOpen(undefined);
  const closeDraft = () => setSearch(withoutDraft(search), { replace: true, preventScrollReset: true });
  const show = (made: ShownKeyFragment) => {
    if (draft) closeDraft();
    setOpen({ act: 'show', made });
    list.readAgain();
  };
  return (
    <>
      <Head title={settingsTexts.views.keys}>
        {isAdmin && isPerson && (
          <FlagBox isChosen={isMine} onChange={setMine}>
            {texts.onlyMine}
          </FlagBox>
        )}
        <FlagBox isChosen={isAll} onChange={setAll}>
          {texts.ended}
        </FlagBox>
        <button
          type="button"
          className="primary"
          onClick={() => {
            const next = new URLSearchParams(search);
            next.set('make', isPerson ? 'own' : 'service');
            setSearch(next, { replace: true, preventScrollReset: true });
          }}
        >
          {texts.make}
        </button>
      </Head>
      <Section title={mine ? texts.mine : texts.everybody}>
        <PagedTable
          list={list}
          columns={keyColumns(viewer, (act, key) => setOpen({ act, key }))}
          keyOf={({ databaseId }) => String(databaseId)}
          label={settingsTexts.views.keys}
          noun={texts.noun}
          none={mine ? texts.noneOwn : texts.none}
        />
      </Section>
      {draft && (
        <MakeKeyDialog
          viewer={viewer}
          draft={draft}
          isFirst={!mine && list.rows?.length === 0}
          onMade={show}
          onClose={closeDraft}
        />
      )}
      {open?.act === 'rotate' && (
        <RotateKeyDialog viewer={viewer} of={open.key} onMade={show} onClose={close} />
      )}
      {open?.act === 'revoke' && (
        <RevokeKeyDialog viewer={viewer} of={open.key} onDone={list.readAgain} onClose={close} />
      )}
      {open?.act === 'show' && <ShownKeyDialog made={open.made} onClose={close} />}
    </>
  );
}
