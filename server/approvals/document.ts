import { htmlEscape } from 'escape-goat';
import { inlineSources, writePolicy } from '../http/contentPolicy.ts';

const styles = `:root { color-scheme: light dark; --line: light-dark(#d0d4da, #3a4048); --muted: light-dark(#59626d, #9aa4b0); }
* { box-sizing: border-box; }
body { font: 1rem/1.55 system-ui, sans-serif; max-width: 46rem; margin: 2.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin-top: 2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 1.5rem 0; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; overflow: auto; max-height: 24rem; font-size: .85rem; }
label { display: block; margin: .75rem 0 .25rem; color: var(--muted); }
textarea, input[type=password] { width: 100%; font: inherit; padding: .5rem; border: 1px solid var(--line); border-radius: .5rem; }
.tick { color: inherit; }
.buttons { display: flex; gap: .75rem; }
button { font: inherit; font-weight: 600; padding: .6rem 1.4rem; border: 0; border-radius: .5rem; color: #fff; cursor: pointer; }
.approve { background: #1a7f37; }
.reject { background: #b42318; }
.problem { border-left: .3rem solid #b42318; padding: .5rem .9rem; background: light-dark(#fdecea, #3b1815); }
.end { border-left: .3rem solid #1a7f37; padding: .5rem .9rem; background: light-dark(#eaf6ed, #132a1a); }
.end.no { border-color: #b42318; background: light-dark(#fdecea, #3b1815); }`;

/** Writes a whole page without a script around a body that is escaped already. */
export function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${htmlEscape`<title>${title}</title>`}
<link rel="icon" href="data:,">
<style>
${styles}
</style>
</head>
<body>
${body}
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
