import type { ReactNode } from 'react';
import {
  deliveryStateFacts,
  type DeliveryState as StateWord,
} from '../../../contract/words/notifications.ts';
import { wordOf } from '../../../contract/words/words.ts';
import type { ChannelListQuery, DeliveryState } from '../../generated/graphql.ts';
import { Text } from '../../parts/Text.tsx';
import { Nothing, Time } from '../../parts/Time.tsx';
import type { Column } from '../../parts/table/Table.tsx';
import { channelTexts as texts } from '../../texts/channels.ts';
import { readable } from '../../texts/words.ts';
import { Mark, type Tone } from '../Mark.tsx';
import css from '../settings.module.css';

/** A channel as its view reads it. */
export type ChannelRow = ChannelListQuery['channels'][number];

/** Which channel it is, of mails for each address. */
export function keyOf({ channel, recipient }: ChannelRow): string {
  return `${channel} ${recipient ?? ''}`;
}

/** How people name a channel. */
export function nameOf({ channel, recipient }: ChannelRow): string {
  return recipient ?? texts.nameOf(channel);
}

const tones: Record<StateWord, Tone> = {
  pending: 'wait',
  delivered: 'good',
  failed: 'bad',
  cancelled: 'calm',
};

/** The columns of channels; `onTest` is for whoever wants to try one. */
export function channelColumns(onTest: (channel: ChannelRow) => void): readonly Column<ChannelRow>[] {
  return [
    { name: texts.channel, cell: ({ channel }) => readable(channel) },
    { name: texts.to, cell: ({ recipient, target }) => textOf(recipient ?? target) },
    {
      name: texts.hears,
      cell: ({ hears }) => <span title={hears.map(readable).join(', ')}>{texts.all}</span>,
    },
    {
      name: texts.last,
      cell: ({ lastDelivery }) =>
        lastDelivery === null ? (
          <span className="muted">{texts.never}</span>
        ) : (
          <div>
            <Time at={lastDelivery.createdAt} /> <span className="muted">{readable(lastDelivery.kind)}</span>
          </div>
        ),
    },
    { name: texts.state, cell: ({ lastDelivery }) => <Outcome last={lastDelivery} /> },
    {
      name: texts.acts,
      cell: (row) => (
        <div className={css.rowButtons}>
          <button type="button" aria-label={texts.testFor(nameOf(row))} onClick={() => onTest(row)}>
            {texts.test}
          </button>
        </div>
      ),
    },
  ];
}

function textOf(value: string | null): ReactNode {
  return value === null ? <Nothing /> : <Text>{value}</Text>;
}

function Outcome({ last }: { last: ChannelRow['lastDelivery'] }): ReactNode {
  if (last === null) return <Nothing />;
  return (
    <div>
      <StateMark state={last.state} />
      {last.error !== null && (
        <>
          {' '}
          <Text>{last.error}</Text>
        </>
      )}
    </div>
  );
}

/** Where a delivery stands. */
export function StateMark({ state }: { state: DeliveryState }): ReactNode {
  const word = wordOf(state);
  return (
    <Mark tone={tones[word]} title={deliveryStateFacts[word].means}>
      {word}
    </Mark>
  );
}
