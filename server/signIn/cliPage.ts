import { htmlEscape } from 'escape-goat';
import { pageSecretName, sessionHeader } from '../../contract/protocol.ts';
import { document, pageHeaders } from '../approvals/document.ts';
import { inlineSources, writePolicy } from '../http/contentPolicy.ts';

/** Asks who is signed in, shows the question, and brings the answer to the command line. */
const script = `const send = (path, body) => fetch(path, {
  method: 'POST',
  headers: { 'content-type': 'application/json', '${sessionHeader}': localStorage.getItem('${pageSecretName}') ?? 'on' },
  body: JSON.stringify(body),
});
const show = (id) => { for (const one of ['ask', 'problem']) document.getElementById(one).hidden = one !== id; };
const fail = async (answer) => {
  const { detail } = await answer.json().catch(() => ({}));
  document.getElementById('why').textContent = typeof detail === 'string' ? detail : 'The server did not answer as expected.';
  show('problem');
};
const wanted = Object.fromEntries(new URLSearchParams(location.search));
const begin = async () => {
  const answer = await send('cli/viewer', {});
  if (answer.status === 401) {
    location.replace('../sign-in?' + new URLSearchParams({ return_to: location.pathname + location.search }));
    return;
  }
  if (!answer.ok) return fail(answer);
  document.getElementById('who').textContent = (await answer.json()).viewer;
  show('ask');
};
document.getElementById('allow').addEventListener('click', async () => {
  document.getElementById('allow').disabled = true;
  const answer = await send('cli/code', { port: Number(wanted.port), challenge: wanted.challenge, state: wanted.state });
  if (!answer.ok) return fail(answer);
  location.replace((await answer.json()).location);
});
document.getElementById('refuse').addEventListener('click', () => {
  const { port, state } = wanted;
  location.replace('http://127.0.0.1:' + Number(port) + '/?' + new URLSearchParams({ error: 'access_denied', state }));
});
begin().catch(() => fail(new Response('{}')));`;

/** Writes the page that asks whether a command line may act as whoever is signed in; `shown` is what its terminal shows. */
export function writeCliPage(shown: string): string {
  return document(
    'Sign in the command line',
    `<h1>Sign in the command line</h1>
<noscript><p class="problem">This page needs JavaScript.</p></noscript>
<section id="ask" hidden>
<p>Let the command line on this computer act as <b id="who"></b>?</p>
<p>Allow this only if you have just run <code>nightshift login</code> and your terminal shows ${htmlEscape`<b>${shown}</b>`}.</p>
<p class="buttons"><button type="button" class="primary" id="allow">Allow</button>
<button type="button" id="refuse">Refuse</button></p>
</section>
<p class="problem" id="problem" hidden><span id="why"></span></p>
<script>${script}</script>`,
  );
}

/** Writes the page for an address that no command line has made. */
export function writeWrongCliPage(): string {
  return document(
    'Sign in the command line',
    '<h1>Sign in the command line</h1>\n<p class="problem">This address is incomplete. Run <code>nightshift login</code> and open the address that it prints.</p>',
  );
}

/** What the page is answered with: its own script runs, and asks this server alone. */
export const cliPageHeaders: Record<string, string> = {
  ...pageHeaders,
  'content-security-policy': writePolicy({
    'style-src': inlineSources(writeCliPage(''), 'style'),
    'script-src': inlineSources(writeCliPage(''), 'script'),
    'connect-src': "'self'",
    'img-src': 'data:',
  }),
};
