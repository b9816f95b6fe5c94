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
  const lines = facts.map(([name, value]) => `*${escapeMrkdwn(name)}:* ${escapeMrkdwn(value)}`);
  const shown = links.map(
    ({ label, url }) => `<${url.replace(/[<>|]/g, encodeURIComponent)}|${escapeMrkdwn(label)}>`,
  );
  return {
    text: escapeMrkdwn(text),
    blocks: [
      section(`*${escapeMrkdwn(title)}*\n${lines.join('\n')}`),
      ...(shown.length > 0 ? [section(shown.join('  ·  '))] : []),
    ],
  };
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text: text.slice(0, maxBlockChars) } };
}

/** What Slack takes for commands, so that no name of a task can call a whole channel. */
function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
