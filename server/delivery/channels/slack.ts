import { slackText } from '../../../contract/slackText.ts';
import { post } from './post.ts';
import { deliveryHeader, type Letter, type SenderMaker } from './sender.ts';

/** Posts to Slack, or what takes the same: the text of seed.md, and blocks beside it for those who show them. */
export const slack: SenderMaker = ({ slackWebhook: url }, outbound) =>
  url === undefined
    ? undefined
    : ({ id, message }, signal) =>
        post(outbound, url, JSON.stringify(payloadOf(message)), { [deliveryHeader]: id }, signal);

/** Slack refuses longer texts of a block. */
const maxBlockChars = 2900;

function payloadOf({ title, text, facts, links }: Letter['message']): object {
  const lines = facts.map(([name, value]) => `*${slackText(name)}:* ${slackText(value)}`);
  const shown = links.map(
    ({ label, url }) => `<${url.replace(/[<>|]/g, encodeURIComponent)}|${slackText(label)}>`,
  );
  return {
    text: slackText(text),
    blocks: [
      section(`*${slackText(title)}*\n${lines.join('\n')}`),
      ...(shown.length > 0 ? [section(shown.join('  ·  '))] : []),
    ],
  };
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text: text.slice(0, maxBlockChars).toWellFormed() } };
}
