import { htmlEscape } from 'escape-goat';
import { pageSecretName, sessionHeader } from '../../contract/protocol.ts';
import { document, pageHeaders } from '../approvals/document.ts';
import { inlineSources, writePolicy } from '../http/contentPolicy.ts';
import type { SignInWay } from './context.ts';

/** What the page shows beside the ways to sign in. */
export interface SignInPage {
  ways: readonly SignInWay[];
  returnTo: string;
  /** Why nobody can sign in by this address, and what to do. */
  advice?: Advice | undefined;
  /** Why the key did not sign anybody in. */
  problem?: string | undefined;
}

/** What to do where no browser can be signed in. */
export interface Advice {
  text: string;
  /** The address that people are to open instead. */
  open?: string;
}

/** Writes the page of `/sign-in`. */
export function writeSignInPage({ ways, returnTo, advice, problem }: SignInPage): string {
  const said = problem === undefined ? '' : htmlEscape`<p class="problem" role="alert">${problem}</p>`;
  const body = advice ? writeAdvice(advice) : `${writeWays(ways, returnTo)}${writeKeyForm(returnTo)}`;
  return document(
    'Sign in',
    `<h1>Nightshift</h1>\n${said}\n${whoIsHere}\n${body}\n<script>${whoScript}</script>`,
  );
}

function writeAdvice({ text, open }: Advice): string {
  const link = open === undefined ? '' : htmlEscape` <a href="${open}">${open}</a>`;
  return `<p class="problem">${htmlEscape(text)}${link}</p>`;
}

function writeWays(ways: readonly SignInWay[], returnTo: string): string {
  if (ways.length === 0) return '';
  const query = new URLSearchParams({ return_to: returnTo });
  const links = ways.map(({ path, label }) => htmlEscape`<p><a href="${path}?${query}">${label}</a></p>`);
  return `<h2>Sign in</h2>\n${links.join('\n')}\n`;
}

function writeKeyForm(returnTo: string): string {
  return `<h2>Sign in with a key</h2>
<form method="post" action="/sign-in/key">
<input type="hidden" name="return_to" value="${htmlEscape(returnTo)}">
<label for="key">Key</label>
<input type="password" id="key" name="key" autocomplete="current-password" required>
<p>On the server’s own computer, <code>nightshift key</code> prints one.</p>
<div class="buttons"><button class="primary">Sign in</button></div>
</form>`;
}

const whoIsHere = `<section id="who" hidden>
<p class="end">You are signed in as <strong id="name"></strong>. <a href="/">Go on to Nightshift</a></p>
<div class="buttons"><button id="out">Sign out</button><button id="everywhere">Sign out everywhere</button></div>
</section>`;

/** Asks who is signed in, which only a script can where the cookie alone proves nothing. */
const whoScript = `(() => {
  const secret = localStorage.getItem(${JSON.stringify(pageSecretName)}) || 'on';
  const post = (path, type, body) =>
    fetch(path, { method: 'POST', headers: { 'content-type': type, ${JSON.stringify(sessionHeader)}: secret }, body });
  const find = (id) => document.getElementById(id);
  const signOut = async (everywhere) => {
    await post('/sign-out', 'application/x-www-form-urlencoded', everywhere ? 'everywhere=yes' : '');
    localStorage.removeItem(${JSON.stringify(pageSecretName)});
    location.reload();
  };
  find('out').onclick = () => signOut(false);
  find('everywhere').onclick = () => signOut(true);
  post('/graphql', 'application/json', JSON.stringify({ query: '{ viewer { id session { databaseId } } }' }))
    .then((answer) => answer.json())
    .then(({ data }) => {
      if (!data || !data.viewer.session) return;
      find('name').textContent = data.viewer.id;
      find('who').hidden = false;
    })
    .catch(() => undefined);
})();`;

/** Writes the page that the link of `up` leads to: its code stands behind `#`, so that no GET carries it. */
export function writeCodePage(): string {
  return document(
    'Sign in',
    `<h1>Nightshift</h1>
<form method="post" action="/sign-in/code" id="form" hidden>
<p>This signs this browser in, with every permission.</p>
<input type="hidden" name="code" id="code">
<div class="buttons"><button class="primary">Sign in</button></div>
</form>
<p class="problem" id="none">Open the whole link that <code>nightshift up</code> printed. Its page needs JavaScript.</p>
<script>${codeScript}</script>`,
  );
}

const codeScript = `(() => {
  const code = location.hash.slice(1);
  history.replaceState(null, '', location.pathname);
  document.getElementById('code').value = code;
  document.getElementById('form').hidden = code === '';
  document.getElementById('none').hidden = code !== '';
})();`;

/** Writes a page that only says something, and leads back to where one signs in. */
export function writeMessagePage(title: string, text: string): string {
  return document(
    title,
    `<h1>${htmlEscape(title)}</h1>\n<p class="problem" role="alert">${htmlEscape(text)}</p>\n<p><a href="/sign-in">Sign in</a></p>`,
  );
}

/** What a page with a script of its own is answered with. */
export function headersOf(page: string): Record<string, string> {
  const policy = writePolicy({
    'style-src': inlineSources(page, 'style'),
    'script-src': inlineSources(page, 'script'),
    'img-src': 'data:',
    'connect-src': "'self'",
    'form-action': "'self'",
  });
  return { ...pageHeaders, 'content-security-policy': policy };
}
