import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createAccess, requireScope } from '../../../server/access/access.ts';
import { actionsTokens } from '../../../server/access/actionsTokens.ts';
import type { SignedTokens } from '../../../server/access/checkedTokens.ts';
import { readServerConfig } from '../../../server/config.ts';

const issuer = 'https://token.actions.githubusercontent.com';
const audience = 'https://nightshift.example.org';
const rules =
  'repository_id=42 scopes=report,work plans=nightly name=site job_workflow_ref=acme/site/.github/workflows/nightly.yml@*; repository_id=43 scopes=report event_name=push environment=production';
const claims = {
  repository_id: '42',
  event_name: 'schedule',
  job_workflow_ref: 'acme/site/.github/workflows/nightly.yml@refs/heads/main',
};

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
let [own, foreign]: KeyPair[] = [];
let asked = 0;
let isAway = false;

beforeAll(async () => {
  [own, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
});

/** An issuer that answers with the public half of its key. */
const send = (async () => {
  asked += 1;
  if (isAway) throw new TypeError('fetch failed');
  const key = await exportJWK((own as KeyPair).publicKey);
  return Response.json({ keys: [{ ...key, kid: 'one', alg: 'RS256', use: 'sig' }] });
}) as typeof fetch;

const open = () => {
  const config = readServerConfig({ GITHUB_ACTIONS_RULES: rules, PUBLIC_URL: audience });
  return actionsTokens({ rules: config.actionsRules ?? [], audience, fetch: send });
};

interface Made {
  payload?: JWTPayload;
  pair?: KeyPair | undefined;
  alg?: string;
  kid?: string;
  from?: number;
}

/** A token as the issuer makes it, but for what is told otherwise. */
function token({
  payload = {},
  pair = own,
  alg = 'RS256',
  kid = 'one',
  from = 0,
}: Made = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000) + from;
  const all = { iss: issuer, aud: audience, iat: now, nbf: now, exp: now + 300, ...claims, ...payload };
  return new SignJWT(all).setProtectedHeader({ alg, kid }).sign((pair as KeyPair).privateKey);
}

/** What a request with a token may do: whom it is of, or why it is refused. */
async function ask(
  tokens: SignedTokens,
  text: string,
  scope: 'report' | 'work' | 'approve' | 'read' = 'work',
) {
  const access = createAccess({
    host: '0.0.0.0',
    adminUsers: [],
    trustedProxy: [],
    corsOrigins: [],
    knownKeys: { ...tokens, isClosed: () => true },
  });
  const headers = { authorization: `Bearer ${text}` };
  await access.recognise({ headers, remoteAddress: undefined });
  const viewer = access.authenticate({ headers, remoteAddress: '10.0.0.9' });
  try {
    requireScope(viewer, scope);
    return viewer;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('A token of GitHub Actions', () => {
  it('lets the workflow of a rule in as a service with the scopes and bounds of the rule, and no others', async () => {
    const tokens = open();
    const viewer = { id: 'service:site', kind: 'service', proof: 'token', bounds: { plans: ['nightly'] } };
    expect(await ask(tokens, await token())).toMatchObject(viewer);
    expect(await ask(tokens, await token(), 'report')).toMatchObject(viewer);
    expect(await ask(tokens, await token(), 'approve')).toContain('requires the approve scope');
    expect(await ask(tokens, await token(), 'read')).toContain('requires the read scope');
  });

  const wrong: [string, () => Promise<string>, RegExp][] = [
    [
      'is meant for another server',
      () => token({ payload: { aud: 'https://elsewhere.example.org' } }),
      /"aud"/,
    ],
    ['has expired', () => token({ from: -400 }), /"exp"/],
    ['begins later', () => token({ from: 200 }), /"nbf"/],
    [
      'was issued in the future',
      () => token({ payload: { iat: Math.floor(Date.now() / 1000) + 200 } }),
      /issued in the future/,
    ],
    ['has no end', () => token({ payload: { exp: undefined } as unknown as JWTPayload }), /"exp"/],
    ['is signed by another key', () => token({ pair: foreign }), /signature/],
    ['names a key that the issuer does not have', () => token({ kid: 'two' }), /no applicable key/],
    [
      'is of another issuer',
      () => token({ payload: { iss: 'https://evil.example.org' } }),
      /no issuer that this server knows/,
    ],
    [
      'is of another repository',
      () => token({ payload: { repository_id: '44' } }),
      /no rule of GITHUB_ACTIONS_RULES.*repository_id 44/,
    ],
    [
      'is of a pull request',
      () => token({ payload: { event_name: 'pull_request' } }),
      /event_name pull_request/,
    ],
    [
      'is of another workflow',
      () => token({ payload: { job_workflow_ref: 'acme/site/.github/workflows/other.yml@refs/heads/main' } }),
      /other\.yml/,
    ],
    [
      'lacks a claim of the rule',
      () => token({ payload: { repository_id: '43', event_name: 'push' } }),
      /repository_id 43/,
    ],
    [
      'is not signed',
      async () =>
        new UnsecuredJWT({ iss: issuer, aud: audience, ...claims }).encode().replace(/\.$/, '.AAAA'),
      /alg/i,
    ],
    ['is no token', async () => 'eyJhbGciOiJSUzI1NiJ9.e30.AAAA', /no issuer/],
  ];
  it.each(wrong)('is refused with the reason when it %s', async (_why, make, reason) => {
    const answer = await ask(open(), await make());
    expect(answer).toMatch(/^The token/);
    expect(answer).toMatch(reason);
  });

  it('is checked once, however many requests come with it at once, and its issuer is asked once for its keys', async () => {
    const tokens = open();
    asked = 0;
    const text = await token();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(tokens, text)));
    expect(answers.every((one) => typeof one === 'object')).toBe(true);
    await ask(tokens, await token({ payload: { run_id: '2' } }));
    expect(asked).toBe(1);
  });

  it('asks no issuer that no rule names', async () => {
    asked = 0;
    await ask(open(), await token({ payload: { iss: 'https://evil.example.org' } }));
    expect(asked).toBe(0);
  });

  it('is judged by nobody while its issuer is away, and counts as soon as it is back', async () => {
    const tokens = open();
    isAway = true;
    await expect(ask(tokens, await token())).rejects.toThrow(
      'The issuer of the token, https://token.actions.githubusercontent.com, does not answer.',
    );
    isAway = false;
    expect(await ask(tokens, await token({ payload: { run_id: '3' } }))).toMatchObject({
      id: 'service:site',
    });
  });

  it('is not forgotten, however many others come with it, which count as guesses', async () => {
    const tokens = open();
    const text = await token();
    await ask(tokens, text);
    const made = Array.from({ length: 1200 }, (_, index) => `eyJ${index}.e30.AAAA`);
    await tokens.recognise(made);
    expect(tokens.find(text)?.over).toBeUndefined();
    expect(tokens.find(made.at(-1) ?? '')?.isMadeUp).toBe(true);
  });

  it('ends what it has open when it expires', async () => {
    const viewer = await ask(open(), await token({ from: -329 }));
    if (typeof viewer === 'string') throw new Error(viewer);
    await expect.poll(() => viewer.ended?.aborted).toBe(true);
  });
});

describe('The setting GITHUB_ACTIONS_RULES', () => {
  const message = (GITHUB_ACTIONS_RULES: string, PUBLIC_URL: string | undefined = audience) => {
    try {
      readServerConfig({ GITHUB_ACTIONS_RULES, PUBLIC_URL });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    ['scopes=report', 'the number of one repository as repository_id in rule 1', 'scopes=report'],
    ['repository_id=a/b scopes=report', 'the number of one repository as repository_id', 'a/b'],
    ['repository_id=1 scopes=approve', 'one or more of read, report, work as scopes', 'approve'],
    ['repository_id=1 scopes=read,admin', 'one or more of read, report, work as scopes', 'read,admin'],
    ['repository_id=1', 'one or more of read, report, work as scopes', 'repository_id=1'],
    ['repository_id=1 scopes=', 'values of scopes with commas between them', 'scopes='],
    ['repository_id=1 scopes=report actor=ann', 'one of repository_id, scopes, issuer, name,', 'actor=ann'],
    ['repository_id=1 scopes=report issuer=http://x', 'one https URL as issuer in rule 1', 'http://x'],
    ['repository_id=1 scopes=report name=CI', '1 to 63 lower-case letters', 'CI'],
    [
      'repository_id=1 scopes=work; repository_id=1 repository_id=2 scopes=report',
      'repository_id once, with commas between its values in rule 2, such as',
      'repository_id=2',
    ],
  ])('is refused when %s is a rule, with the part at fault', (text, expected, got) => {
    const [, line = ''] = /GITHUB_ACTIONS_RULES: (.*)/.exec(message(text)) ?? [];
    expect(line).toContain(`expected ${expected}`);
    expect(line).toMatch(/ in rule \d, such as "repository_id=1234 /);
    expect(line).toContain(`, got ${JSON.stringify(got)}.`);
  });

  it('needs to know whom tokens are meant for', () => {
    expect(message('repository_id=1 scopes=report', '')).toContain(
      'PUBLIC_URL: expected the URL by which workflows',
    );
    expect(message('repository_id=1 scopes=report')).toBe('');
  });
});
