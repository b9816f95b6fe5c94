import { type Answer, send } from '../serve.ts';

/** A browser without a page: it keeps cookies and follows nothing by itself. */
export class Visitor {
  readonly #url: string;
  readonly cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  /** Opens a path, at another server where one is named, to which a balancer would lead as well. */
  async get(path: string, at = this.#url): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { host: new URL(this.#url).host, ...(cookie === '' ? {} : { cookie }) };
    const answer = await send(at, path, { key: null, headers });
    for (const one of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Begins to sign in; gives where the issuer is. */
  async begin(query = '', at?: string): Promise<URL> {
    const { status, headers, text } = await this.get(`/sign-in/issuer${query}`, at);
    if (status !== 303) throw new Error(`${status} ${text}`);
    return new URL(headers.location ?? '');
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
