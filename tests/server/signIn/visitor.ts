import { type Answer, type Sent, send } from '../serve.ts';
import { ownForm } from './signedIn.ts';

/** A browser of this computer: it keeps cookies and what pages keep of a sign-in, and follows nothing else by itself. */
export class Visitor {
  readonly #url: string;
  readonly cookies = new Map<string, string>();
  /** The secret of the sign-in that it began last. */
  kept = '';

  constructor(url: string) {
    this.#url = url;
  }

  /** Opens a path, at another server where one is named, to which a balancer would lead as well. */
  async get(path: string, at = this.#url): Promise<Answer> {
    const answer = await this.#send(path, at);
    return isArrival(answer.text) ? this.#send(path, at, arrivalOf(this.kept)) : answer;
  }

  async #send(path: string, at: string, form: Sent = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { host: new URL(this.#url).host, ...(cookie === '' ? {} : { cookie }), ...form.headers };
    const answer = await send(at, path, { key: null, ...form, headers });
    for (const one of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Begins to sign in; gives where the issuer is. */
  async begin(query = '', at?: string): Promise<URL> {
    const { status, text } = await this.get(`/sign-in/issuer${query}`, at);
    const { secret, to } = departureOf(text);
    if (to === '') throw new Error(`${status} ${text}`);
    this.kept = secret;
    return new URL(to);
  }

  /** Lets an issuer that asks nothing sign in whom it likes; gives the path that it sends the browser back to. */
  async passIssuer(query?: string, at?: string): Promise<string> {
    const answer = await fetch(await this.begin(query, at), { redirect: 'manual' });
    const back = new URL(answer.headers.get('location') ?? '');
    return `${back.pathname}${back.search}`;
  }
}

/** What a page says went wrong, as `403 Title: text`. */
export function problemOn({ status, text }: Answer): string {
  const [, title] = /<h1>([^<]*)<\/h1>/.exec(text) ?? [];
  const [, problem] = /role="alert">([^<]*)</.exec(text) ?? [];
  return `${status} ${title}: ${problem}`;
}

/** What the page keeps that leads to where people prove who they are, and where that is. */
export function departureOf(text: string): { secret: string; to: string } {
  const [, secret = '', to = '""'] =
    /localStorage\.setItem\("nightshift-sign-in-\w+", "(\w+)"\);\s+location\.replace\((".*")\)/.exec(text) ??
    [];
  return { secret, to: JSON.parse(to) };
}

/** Says whether it is the page that comes back from there, which sends itself once more. */
export function isArrival(text: string): boolean {
  return text.includes('localStorage.getItem("nightshift-sign-in-');
}

/** What that page sends. */
export function arrivalOf(secret: string) {
  return { method: 'POST', headers: ownForm, body: new URLSearchParams({ secret }).toString() };
}
