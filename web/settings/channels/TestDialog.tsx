import type { ReactNode } from 'react';
import { type DeliveryState, SendChannelTestDocument } from '../../generated/graphql.ts';
import { ActDialog } from '../../parts/act/ActDialog.tsx';
import { useAct } from '../../parts/act/useAct.ts';
import { announce } from '../../parts/announce.ts';
import { channelTexts as texts } from '../../texts/channels.ts';
import { type ChannelRow, nameOf } from './channelColumns.tsx';

/** What came of a test message. */
export interface TestResult {
  text: string;
  state: DeliveryState;
}

/** Sends a test message to a channel, after it was asked, and says what came back. */
export function TestDialog({
  channel,
  onDone,
  onClose,
}: {
  channel: ChannelRow;
  onDone: (result: TestResult) => void;
  onClose: () => void;
}): ReactNode {
  const name = nameOf(channel);
  const { isBusy, refusal, run } = useAct(SendChannelTestDocument, ({ state, error, tries }) => {
    const code = tries.at(-1)?.statusCode;
    const detail = state === 'FAILED' ? (error ?? '') : code == null ? '' : ` (${code})`;
    const text = texts.results[state](name, detail);
    announce(text);
    onDone({ text, state });
  });
  return (
    <ActDialog
      title={texts.ask(name)}
      confirm={texts.send}
      isBusy={isBusy}
      refusal={refusal}
      onConfirm={() => run({ input: { channel: channel.channel, recipient: channel.recipient } })}
      onClose={onClose}
    >
      <p>{texts.text}</p>
    </ActDialog>
  );
}
