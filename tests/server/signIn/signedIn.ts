import { type Answer, type Sent, send } from '../serve.ts';

/** A browser as far as a session goes: its cookie, and the secret that its page keeps. */
export interface SignedIn {
  cookie: string;
  /** What its page sends: the secret, or `on` where the cookie is enough. */
  page: string;
  /** The name and port that it opens. */
  host: string;
  /** Sends a request as a script of the page does. */
  send(path: string, sent?: Sent): Promise<Answer>;
  /** Asks GraphQL so. */
  ask(query: string, sent?: Sent): Promise<Answer>;
}

/** What a form of a page of this server comes with. */
export const ownForm = {
  'content-type': 'application/x-www-form-urlencoded',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
};

/** Sends the form of `/sign-in` with a key. */
export function sendKey(
  url: string,
  key: string,
  headers: Record<string, string> = {},
  path = '/sign-in/key',
): Promise<Answer> {
  const body = new URLSearchParams({ key, return_to: '/runs/r' }).toString();
  return send(url, path, { method: 'POST', key: null, headers: { ...ownForm, ...headers }, body });
}

/** Signs a browser in with a key. */
export async function signIn(url: string, key: string, host = new URL(url).host): Promise<SignedIn> {
  return signedInBy(url, await sendKey(url, key, { host }), host);
}

/** Reads what a browser has after it was signed in. */
export function signedInBy(url: string, answer: Answer, host = new URL(url).host): SignedIn {
  const cookie = cookieOf(answer);
  const page = /"nightshift-session", "(\w+)"/.exec(answer.text)?.[1] ?? 'on';
  const headers = { host, cookie, 'x-nightshift-session': page };
  const sendIt = (path: string, sent: Sent = {}) =>
    send(url, path, { key: null, ...sent, headers: { ...headers, ...sent.headers } });
  return {
    cookie,
    page,
    host,
    send: sendIt,
    ask: (query, sent) => sendIt('/graphql', { method: 'POST', json: { query }, ...sent }),
  };
}

/** The cookie that an answer gives, as a browser sends it. */
export function cookieOf({ status, headers, text }: Answer): string {
  const [given = ''] = headers['set-cookie'] ?? [];
  const [, cookie] = /^([\w-]+=\w+);/.exec(given) ?? [];
  if (cookie === undefined) throw new Error(`expected a cookie, got ${status}: ${text}`);
  return cookie;
}
