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
/** What one fact may take of it, or the title. */
const maxFactChars = 600;
const more = '…';

function payloadOf({ title, text, facts, links }: Letter['message']): object {
  const lines = facts.map(([name, value]) => `*${slackText(name)}:* ${shortened(value)}`);
  const shown = links.map(
    ({ label, url }) => `<${url.replace(/[<>|]/g, encodeURIComponent)}|${slackText(label)}>`,
  );
  return {
    text: slackText(text),
    blocks: [
      section([`*${shortened(title)}*`, ...lines], '\n'),
      ...(shown.length > 0 ? [section(shown, '  ·  ')] : []),
    ],
  };
}

/** Cuts a text between its characters, as Slack writes them, so that no entity is cut in two. */
function shortened(text: string): string {
  const whole = slackText(text);
  if (whole.length <= maxFactChars) return whole;
  let kept = '';
  for (const [written] of whole.matchAll(/&(?:amp|lt|gt);|./gsu)) {
    if (kept.length + written.length + more.length > maxFactChars) break;
    kept += written;
  }
  return kept + more;
}

/** A block of as many whole parts as fit, so that no link is cut in two. */
function section(parts: readonly string[], between: string): object {
  let text = '';
  for (const [place, part] of parts.entries()) {
    const longer = place === 0 ? part : text + between + part;
    if (longer.length > maxBlockChars) {
      text += between + more;
      break;
    }
    text = longer;
  }
  return { type: 'section', text: { type: 'mrkdwn', text: text.toWellFormed() } };
}
