import type { SignInStart } from '../../domain/access/begunSignIns.ts';
import { document, pageHeaders } from '../approvals/document.ts';
import { inlineSources, writePolicy } from '../http/contentPolicy.ts';
import { scriptText } from './scriptText.ts';

/** A page, and what it is answered with. */
export interface ScriptedPage {
  page: string;
  headers: Record<string, string>;
}

const title = 'Sign in';
/** Under which name a page keeps the secret of a sign-in in the storage of its own origin. */
const nameOf = (kind: SignInStart['kind']) => scriptText(`nightshift-sign-in-${kind}`);
const needed = `<p class="problem" id="problem" hidden role="alert">This page keeps something in this browser while you sign in. Allow this address to store data, then open it again.</p>
<noscript><p class="problem">On this computer, signing in needs JavaScript.</p></noscript>`;

/**
 * Writes the page that keeps the secret of a sign-in for its own origin and goes to where its user proves who they are:
 * another server of this computer could set a cookie, but not that.
 */
export function departurePage(kind: SignInStart['kind'], secret: string, to: string): ScriptedPage {
  return scripted(`try {
  localStorage.setItem(${nameOf(kind)}, ${scriptText(secret)});
  location.replace(${scriptText(to)});
} catch {
  document.getElementById('problem').hidden = false;
}`);
}

/** Writes the page that comes back from there: it sends itself once more, with the secret that its origin keeps. */
export function arrivalPage(kind: SignInStart['kind']): ScriptedPage {
  return scripted(
    `try {
  document.getElementById('secret').value = localStorage.getItem(${nameOf(kind)}) ?? '';
  document.getElementById('form').submit();
} catch {
  document.getElementById('problem').hidden = false;
}`,
    '<form method="post" id="form"><input type="hidden" name="secret" id="secret"></form>\n',
  );
}

function scripted(script: string, body = ''): ScriptedPage {
  const page = document(title, `<h1>${title}</h1>\n${body}${needed}\n<script>${script}</script>`);
  const policy = writePolicy({
    'style-src': inlineSources(page, 'style'),
    'script-src': inlineSources(page, 'script'),
    'img-src': 'data:',
    'form-action': "'self'",
  });
  return { page, headers: { ...pageHeaders, 'content-security-policy': policy } };
}
