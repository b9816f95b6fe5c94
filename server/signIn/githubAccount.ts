import * as z from 'zod';
import { identityKey } from '../../contract/people/identityKey.ts';
import { githubAddressOf } from '../../contract/pulls/pullLinks.ts';
import { trimEndOf } from '../../contract/text/trimCharacters.ts';
import { type GithubApi, openGithubApi } from '../pulls/api.ts';
import { GithubAwayError, GithubError, isRefusal } from '../pulls/errors.ts';
import type { Send } from '../pulls/send.ts';
import type { GithubRole, GithubSignIn } from '../settings/githubApp.ts';

/** Where people sign in by GitHub, and as which App. */
export interface GithubSignInAt extends GithubSignIn {
  apiUrl: string;
  send: Send;
}

/** An account of GitHub that has signed in. */
export interface GithubAccount {
  /** The number that stays when the login changes. */
  id: number;
  login: string;
  /** The organisations that it belongs to, in lower case. */
  organisations: ReadonlySet<string>;
  /** Its teams, e.g. `acme/release`, in lower case. */
  teams: readonly string[];
}

/** GitHub gives no token for a code, since it was used before, is too old or was begun elsewhere, or the App's secret is wrong. */
export class CodeRefusedError extends Error {
  override readonly name = 'CodeRefusedError';
  /** GitHub's word for it, e.g. `bad_verification_code`. */
  readonly word: string;

  constructor(word: string) {
    super(`GitHub answered ${word}`);
    this.word = word;
  }
}

const timeoutMs = 10_000;

const tokenAnswer = z.union([
  z.object({ access_token: z.string().min(1).max(1000) }),
  z.object({ error: z.string().max(100) }),
]);

/** Exchanges the code that a browser brought for a token of its user. @throws CodeRefusedError, GithubAwayError */
export async function exchangeCode(
  { clientId, clientSecret, apiUrl, send }: GithubSignInAt,
  proof: { code: string; verifier: string; redirectUri: string },
): Promise<string> {
  const answer = await post(send, `${githubAddressOf(apiUrl)}/login/oauth/access_token`, {
    client_id: clientId,
    client_secret: clientSecret,
    code: proof.code,
    redirect_uri: proof.redirectUri,
    code_verifier: proof.verifier,
  });
  const { data } = tokenAnswer.safeParse(answer);
  if (data === undefined)
    throw new GithubAwayError('GitHub did not answer the exchange of the code as it should');
  if ('error' in data) throw new CodeRefusedError(data.error);
  return data.access_token;
}

async function post(send: Send, url: string, body: object): Promise<unknown> {
  try {
    const response = await send(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'user-agent': 'nightshift' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return await response.json();
  } catch (error) {
    throw new GithubAwayError('GitHub could not be reached', { cause: error });
  }
}

/** Has GitHub forget a token that is needed no more; where that fails, it ends by itself after some hours. */
export async function dropToken(
  { clientId, clientSecret, apiUrl, send }: GithubSignInAt,
  token: string,
): Promise<void> {
  const response = await send(
    `${trimEndOf(apiUrl, '/')}/applications/${encodeURIComponent(clientId)}/token`,
    {
      method: 'DELETE',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/json',
        'user-agent': 'nightshift',
      },
      body: JSON.stringify({ access_token: token }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    },
  );
  await response.body?.cancel();
}

const name = z.string().min(1).max(100);
const userAnswer = z.object({ id: z.int().min(1), login: name });
const membership = z.object({ state: z.string(), organization: z.object({ login: name }) });
const team = z.object({ slug: name, organization: z.object({ login: name }) });

/** Reads whose token it is, and where rules ask for that, the organisations and teams. @throws GithubError */
export async function readAccount(
  { apiUrl, send, roles }: GithubSignInAt,
  token: string,
): Promise<GithubAccount> {
  const api = openGithubApi({ token, apiUrl, send });
  const { id, login } = parse(userAnswer, (await api.get('/user')).data);
  const isElsewhere = roles.some((role) => role.name !== identityKey(login));
  const memberships = isElsewhere
    ? await readAll(api, '/user/memberships/orgs?state=active', membership)
    : [];
  const organisations = new Set(
    memberships.filter(({ state }) => state === 'active').map((one) => one.organization.login.toLowerCase()),
  );
  const named = new Set(roles.map((role) => role.name).filter((one) => organisations.has(one)));
  const teams = named.size === 0 ? [] : await readAll(api, '/user/teams', team);
  return {
    id,
    login,
    organisations,
    teams: teams
      .filter(({ organization }) => named.has(organization.login.toLowerCase()))
      .map(({ slug, organization }) => `${organization.login}/${slug}`.toLowerCase()),
  };
}

/** So many pages of 100 are read of a list. */
const maxPages = 10;

/** Reads a list; it is empty where the App may not read it. @throws GithubError */
async function readAll<S extends z.ZodType>(api: GithubApi, path: string, schema: S): Promise<z.output<S>[]> {
  const found: z.output<S>[] = [];
  let next: string | undefined = `${path}${path.includes('?') ? '&' : '?'}per_page=100`;
  try {
    for (let page = 0; next !== undefined && page < maxPages; page += 1) {
      const answer = await api.get(next);
      found.push(...parse(z.array(schema), answer.data));
      next = answer.next;
    }
  } catch (error) {
    if (!(error instanceof GithubError && isRefusal(error))) throw error;
    return [];
  }
  return found;
}

/** The roles that rules give an account, as they are stored. */
export function grantsOf(
  roles: readonly GithubRole[],
  { login, organisations, teams }: GithubAccount,
): string[] {
  const fits = ({ name: whose, team: ofTeam }: GithubRole) =>
    ofTeam === undefined
      ? whose === identityKey(login) || organisations.has(whose)
      : teams.includes(`${whose}/${ofTeam}`);
  return [...new Set(roles.filter(fits).map(({ grant }) => grant))];
}

function parse<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  throw new GithubAwayError('Unexpected answer from GitHub. Check GITHUB_API_URL', { status: 200 });
}
