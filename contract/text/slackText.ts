import { oneLine } from './plainText.ts';

/** Writes a text as one line of a Slack message in which nothing calls a channel, a person or a link. */
export function slackText(text: string): string {
  return oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
