import { oneLine } from '../../../contract/text/plainText.ts';
import { slackText } from '../../../contract/text/slackText.ts';
import { bullets } from '../messages/message.ts';
import { shorten } from '../messages/shorten.ts';
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
/** What the line may take that some receivers show alone. */
const maxTextChars = 3000;
/** A longer address is left out. */
const maxUrlChars = 1500;

function payloadOf({ title, text, facts, links }: Letter['message']): object {
  const lines = facts.map(([name, value, { url, stands = 1 } = {}]) => {
    const shown = shortened(value);
    const label = bullets.has(name) ? name : `*${slackText(name)}:*`;
    return { text: `${label} ${url === undefined ? shown : linkTo(url, shown)}`, stands };
  });
  const shown = links
    .filter(({ url }) => url.length <= maxUrlChars)
    .map(({ label, url }) => ({ text: linkTo(url, shortened(label)), stands: 1 }));
  return {
    text: shortened(text, maxTextChars),
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
