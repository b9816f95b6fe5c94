import { type ReactNode, useState } from 'react';
import { mayDo, type PageViewer, useViewer } from '../../data/useViewer.ts';
import {
  EndOneSessionDocument,
  SessionPageDocument,
  type SessionRowFragment,
} from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { Section } from '../../parts/Section.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Text } from '../../parts/Text.tsx';
import { Nothing, Time } from '../../parts/Time.tsx';
import type { Column } from '../../parts/table/Table.tsx';
import { settingsTexts, sessionTexts as texts } from '../../texts/settings.ts';
import { readable } from '../../texts/words.ts';
import { FlagBox } from '../FlagBox.tsx';
import { Head } from '../Head.tsx';
import { Mark } from '../Mark.tsx';
import { PagedTable } from '../PagedTable.tsx';
import { SignInFirst } from '../SignInFirst.tsx';
import css from '../settings.module.css';
import { useFlag } from '../useFlag.ts';
import { usePages } from '../usePages.ts';
import { signOut } from './signOut.ts';

/** `/settings/sessions`: where somebody is signed in, and for admins everybody. */
export function Component(): ReactNode {
  const viewer = useViewer();
  const [isEverybody, setEverybody] = useFlag('everybody');
  const [isAll, setAll] = useFlag('ended');
  const isAdmin = mayDo(viewer, 'ADMIN');
  return (
    <>
      <Head title={settingsTexts.views.sessions}>
        {isAdmin && (
          <FlagBox isChosen={isEverybody} onChange={setEverybody}>
            {texts.everybody}
          </FlagBox>
        )}
        <FlagBox isChosen={isAll} onChange={setAll}>
          {texts.ended}
        </FlagBox>
      </Head>
      {viewer === undefined ? (
        <Loading rows={4} />
      ) : viewer.kind === 'ANONYMOUS' ? (
        <SignInFirst />
      ) : (
        <Sessions viewer={viewer} isEverybody={isAdmin && isEverybody} isAll={isAll} />
      )}
    </>
  );
}

function Sessions({
  viewer,
  isEverybody,
  isAll,
}: {
  viewer: PageViewer;
  isEverybody: boolean;
  isAll: boolean;
}): ReactNode {
  const [ending, setEnding] = useState<SessionRowFragment>();
  const list = usePages(
    SessionPageDocument,
    { everybody: isEverybody, all: isAll },
    ({ sessions }) => sessions,
  );
  return (
    <Section title={isEverybody ? settingsTexts.views.sessions : viewer.id}>
      <div className={css.manyTimes}>
        <PagedTable
          list={list}
          columns={columnsFor(isEverybody, setEnding)}
          keyOf={({ databaseId }) => String(databaseId)}
          label={settingsTexts.views.sessions}
          noun={texts.noun}
          none={texts.none}
        />
      </div>
      {ending && <EndDialog session={ending} onDone={list.readAgain} onClose={() => setEnding(undefined)} />}
    </Section>
  );
}

function columnsFor(
  isEverybody: boolean,
  onEnd: (session: SessionRowFragment) => void,
): Column<SessionRowFragment>[] {
  const names = texts.columns;
  return [
    {
      name: names.state,
      cell: ({ state, endedBy }) => (
        <span>
          <Mark tone={state === 'ACTIVE' ? 'good' : 'calm'}>{readable(state)}</Mark>{' '}
          {endedBy !== null && <Text>{texts.endedBy(endedBy)}</Text>}
        </span>
      ),
    },
    ...(isEverybody
      ? [{ name: names.owner, cell: ({ owner }: SessionRowFragment) => <Text>{owner}</Text> }]
      : []),
    {
      name: names.where,
      cell: (session) => (
        <span>
          <Text>{whereOf(session)}</Text>
          {session.isCurrent && <strong>{` (${texts.here})`}</strong>}
        </span>
      ),
    },
    { name: names.address, cell: ({ address }) => (address === null ? <Nothing /> : <Text>{address}</Text>) },
    { name: names.proof, cell: ({ proof }) => readable(proof) },
    { name: names.signedIn, cell: ({ createdAt }) => <Time at={createdAt} /> },
    { name: names.lastUsed, cell: ({ lastUsedAt }) => <Time at={lastUsedAt} /> },
    { name: names.ends, cell: ({ expiresAt, endedAt }) => <Time at={endedAt ?? expiresAt} /> },
    {
      name: names.change,
      cell: (session) =>
        session.state === 'ACTIVE' ? (
          <div className={css.rowButtons}>
            <button type="button" aria-label={texts.endOf(whereOf(session))} onClick={() => onEnd(session)}>
              {texts.end}
            </button>
          </div>
        ) : (
          <Nothing />
        ),
    },
  ];
}

function whereOf({ client, agent }: SessionRowFragment): string {
  return `${readable(client)}: ${shortAgent(agent) ?? texts.unknownAgent}`;
}

/** What a browser names itself, without what all of them say. */
function shortAgent(agent: string | null): string | undefined {
  if (agent === null || agent === '') return undefined;
  const system = /\(([^;)]+)/.exec(agent)?.[1];
  const browser = /(Edg|OPR|Firefox|HeadlessChrome|Chrome|Version)\/(\d+)/.exec(agent);
  if (!agent.startsWith('Mozilla/') || browser === null) return agent.slice(0, 80);
  const names: Record<string, string> = {
    Edg: 'Edge',
    OPR: 'Opera',
    Version: 'Safari',
    HeadlessChrome: 'Chrome',
  };
  const name = names[browser[1] ?? ''] ?? browser[1];
  return `${name} ${browser[2]}${system === undefined ? '' : `, ${system}`}`;
}

function EndDialog({
  session,
  onDone,
  onClose,
}: {
  session: SessionRowFragment;
  onDone: () => void;
  onClose: () => void;
}): ReactNode {
  const { isBusy, refusal, run } = useAct(EndOneSessionDocument, () => {
    announce(texts.done);
    onClose();
    onDone();
  });
  return (
    <ActDialog
      title={texts.endTitle}
      confirm={texts.end}
      isDangerous
      isBusy={isBusy}
      refusal={refusal}
      // Ending one's own is to sign out, which also clears what this browser keeps.
      onConfirm={() =>
        session.isCurrent ? void signOut(false) : run({ input: { databaseId: session.databaseId } })
      }
      onClose={onClose}
    >
      <p>
        <Text>{`${session.owner}, ${whereOf(session)}`}</Text>
      </p>
      <p>{texts.endText}</p>
    </ActDialog>
  );
}
