import { type ReactNode, useState } from 'react';
import { channelVariables } from '../../../contract/notifications/channels.ts';
import { useAsk } from '../../data/useAsk.ts';
import { mayDo, useViewer } from '../../data/useViewer.ts';
import { ChannelListDocument } from '../../generated/graphql.ts';
import { Section } from '../../parts/Section.tsx';
import { Empty } from '../../parts/states/Empty.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Text } from '../../parts/Text.tsx';
import { Table } from '../../parts/table/Table.tsx';
import { channelTexts as texts } from '../../texts/channels.ts';
import { settingsTexts } from '../../texts/settings.ts';
import { Head } from '../Head.tsx';
import css from '../settings.module.css';
import { type ChannelRow, channelColumns, keyOf, StateMark } from './channelColumns.tsx';
import { TestDialog, type TestResult } from './TestDialog.tsx';

/** `/settings/channels`: where notifications go, and whether they arrive; for admins. */
export function Component(): ReactNode {
  const viewer = useViewer();
  return (
    <>
      <Head title={settingsTexts.views.channels} />
      {viewer === undefined ? (
        <Loading rows={4} />
      ) : mayDo(viewer, 'ADMIN') ? (
        <Channels />
      ) : (
        <Empty {...settingsTexts.adminsOnly} />
      )}
    </>
  );
}

function Channels(): ReactNode {
  const { data, error, refetch } = useAsk(ChannelListDocument, {});
  const [open, setOpen] = useState<ChannelRow>();
  const [result, setResult] = useState<TestResult>();
  if (data === undefined)
    return error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={4} />;
  if (data.channels.length === 0) return <NoChannels />;
  return (
    <Section title={texts.list}>
      <p className="muted">{texts.about}</p>
      {result && (
        <p>
          <StateMark state={result.state} /> <Text>{result.text}</Text>
        </p>
      )}
      <Table
        columns={channelColumns(setOpen)}
        rows={data.channels}
        keyOf={keyOf}
        label={texts.list}
        none=""
      />
      {open && (
        <TestDialog
          channel={open}
          onDone={(came) => {
            setResult(came);
            setOpen(undefined);
            void refetch();
          }}
          onClose={() => setOpen(undefined)}
        />
      )}
    </Section>
  );
}

function NoChannels(): ReactNode {
  return (
    <Empty {...texts.none}>
      <ul className={css.plain}>
        {channelVariables
          .filter(({ kind }) => kind === 'url' || kind === 'mailServer')
          .map(({ name }) => (
            <li key={name}>
              <code>{name}</code>
            </li>
          ))}
      </ul>
    </Empty>
  );
}
