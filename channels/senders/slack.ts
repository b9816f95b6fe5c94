import { oneLine } from '../../contract/text/plainText.ts';
import { slackText } from '../../contract/text/slackText.ts';
import { bullets } from '../messages/message.ts';
import { shorten } from '../messages/shorten.ts';
import { post } from '../post.ts';
import { headersOf, type Notice, type OpenWebhook } from '../sender.ts';

/**
 * Posts to Slack, or what takes the same: a text, and blocks beside it for those who show them. A message
 * without facts is that text alone, with its links.
 */
export const open: OpenWebhook<'slack'> =
  ({ SLACK_WEBHOOK: url }, outbound) =>
  (notice, signal) =>
    post(outbound, url, JSON.stringify(payloadOf(notice.message)), headersOf(notice), signal);

/** Slack refuses longer texts of a block. */
const maxBlockChars = 2900;
/** What one fact may take of it, or the title. */
const maxFactChars = 600;
/** What the line may take that some receivers show alone. */
const maxTextChars = 3000;
/** A longer address is left out. */
const maxUrlChars = 1500;
/** What that line may take of a block that has one link beside it. */
const maxBriefChars = maxBlockChars - maxUrlChars - 100;

function payloadOf({ title, text, facts, links }: Notice['message']): object {
  const shown = links
    .filter(({ url }) => url.length <= maxUrlChars)
    .map(({ label, url }) => ({ text: linkTo(url, shortened(label)), stands: 1 }));
  const line = { text: shortened(text, maxTextChars) };
  if (facts.length === 0) {
    const brief = { text: shortened(text, maxBriefChars), stands: 1 };
    return shown.length === 0 ? line : { ...line, blocks: [section([brief, ...shown], '\n')] };
  }
  const lines = facts.map(([name, value, { url, stands = 1 } = {}]) => {
    const fact = shortened(value);
    const label = bullets.has(name) ? name : `*${slackText(name)}:*`;
    return { text: `${label} ${url === undefined ? fact : linkTo(url, fact)}`, stands };
  });
  return {
    ...line,
    blocks: [
      section([{ text: `*${shortened(title)}*`, stands: 1 }, ...lines], '\n'),
      ...(shown.length > 0 ? [section(shown, '  ·  ')] : []),
    ],
  };
}

function linkTo(url: string, shown: string): string {
  return url.length > maxUrlChars ? shown : `<${url.replace(/[<>|]/g, encodeURIComponent)}|${shown}>`;
}

/** Cuts a text between its characters, as Slack writes them, so that no entity and no address is cut in two. */
function shortened(text: string, room = maxFactChars): string {
  return slackText(shorten(oneLine(text), room, (character) => slackText(character).length));
}

/** A part of a block, and for how many things it stands. */
interface Part {
  text: string;
  stands: number;
}

/** A block of as many whole parts as fit, so that no link is cut in two, and of how many more there are. */
function section(parts: readonly Part[], between: string): object {
  let text = '';
  for (const [place, part] of parts.entries()) {
    const longer = place === 0 ? part.text : text + between + part.text;
    const left = parts.slice(place).reduce((sum, { stands }) => sum + stands, 0);
    // What comes after this part has to say so within the block as well.
    const room = place === parts.length - 1 ? 0 : between.length + rest(left).length;
    if (longer.length + room > maxBlockChars) {
      text += between + rest(left);
      break;
    }
    text = longer;
  }
  return { type: 'section', text: { type: 'mrkdwn', text: text.toWellFormed() } };
}

function rest(left: number): string {
  return `and ${left} more…`;
}
