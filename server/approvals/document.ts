import { htmlEscape } from 'escape-goat';
import { visibleText } from '../../contract/text/visibleText.ts';
import { inlineSources, writePolicy } from '../http/contentPolicy.ts';
import { styles } from './styles.ts';

/** Writes a whole page without a script around a body that is escaped already. */
export function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${htmlEscape`<title>${visibleText(title).toWellFormed()}</title>`}
<link rel="icon" href="data:,">
<style>
${styles}
</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** What every page of a link is answered with: it is kept nowhere, framed nowhere and fetches nothing. */
export const pageHeaders: Record<string, string> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': writePolicy({
    'style-src': inlineSources(document('', ''), 'style'),
    'img-src': 'data:',
    'form-action': "'self'",
  }),
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex, nofollow',
};
