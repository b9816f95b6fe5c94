import { type Command, Option } from 'commander';
import type { Client } from '../../client/index.ts';
import { printableJson } from '../../contract/text/plainText.ts';
import { wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { withReader } from './connect.ts';
import type { CliContext } from './context.ts';

type Me = Awaited<ReturnType<Client['whoAmI']>>;

/** `nightshift whoami`: whom the server takes this command line for. */
export function addWhoami(program: Command, context: CliContext): void {
  program
    .command('whoami')
    .description('show who you are to the server, what you may do, and until when')
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      `
It works with a sign-in of "nightshift login" and with any key. Commands take
the first of these: API_KEY where API_BASE is set; the sign-in at that server;
on the server's own computer its key.`,
    )
    .action(({ output }: { output: 'text' | 'json' }) =>
      withReader(context, async ({ client, url }) => {
        const me = await client.whoAmI();
        if (output === 'json') context.stdout.write(`${printableJson(toRecord(me, url), 2)}\n`);
        else for (const line of linesOf(me, url)) context.stdout.write(`${line}\n`);
      }),
    );
}

function linesOf(
  { id, kind, scopes, groups, bounds, roleBounds, expiresAt, ...me }: Me,
  url: string,
): string[] {
  const roles = roleBounds.flatMap(({ scope, bounds: of }) =>
    namesIn(of).map(([what, names]): [string, string[]] => [`${what} with ${wordOf(scope)}`, names]),
  );
  const only = [...namesIn(bounds), ...roles];
  const facts: [string, string][] = [
    ['Server', url],
    ['Known by', describeProof(me)],
    ['May', scopes.length === 0 ? 'nothing' : scopes.map(wordOf).join(', ')],
    ...only.map(([what, names]): [string, string] => [`Only ${what}`, names.join(', ') || 'none']),
    ...(groups.length === 0 ? [] : [['Groups', groups.join(', ')] as [string, string]]),
    ...(expiresAt === null ? [] : [['Until', showTime(expiresAt)] as [string, string]]),
  ];
  return [`${id} (${wordOf(kind)})`, ...facts.map(([name, value]) => `  ${name}: ${value}`)];
}

/** The lists that are set, with what they hold. */
function namesIn(bounds: Me['bounds']): [string, string[]][] {
  return Object.entries(bounds ?? {}).filter((bound): bound is [string, string[]] => Array.isArray(bound[1]));
}

function describeProof({ proof, session }: Pick<Me, 'proof' | 'session'>): string {
  const by = proof === null ? 'nothing' : wordOf(proof).replace('_', ' ');
  return session === null
    ? by
    : `${by}, signed in on the ${session.client === 'CLI' ? 'command line' : 'web'}`;
}

function toRecord(
  { id, kind, proof, session, scopes, groups, bounds, roleBounds, expiresAt }: Me,
  server: string,
) {
  return {
    server,
    id,
    kind: wordOf(kind),
    proof: proof && wordOf(proof),
    session: session && wordOf(session.client),
    scopes: scopes.map(wordOf),
    groups,
    bounds: bounds && Object.fromEntries(namesIn(bounds)),
    role_bounds: roleBounds.map(({ scope, bounds: of }) => ({
      scope: wordOf(scope),
      ...Object.fromEntries(namesIn(of)),
    })),
    expires_at: expiresAt,
  };
}
