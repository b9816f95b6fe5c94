import { type Command, Option } from 'commander';
import { type ApiKey, expectType } from '../../client/index.ts';
import { makeKeyText } from '../../contract/keyText.ts';
import { scopes } from '../../contract/words/viewers.ts';
import { graphqlName, wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { withConnection, withReader } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { printMore, take } from './list.ts';
import { nameArguments } from './nameArguments.ts';
import { narrowDetail, narrowName, narrowTime, narrowWrapped } from './narrowing.ts';
import { type Format, outputOption, type Printer, printRows } from './output.ts';
import { collect, collectOf, parseDuration, parseLife } from './parse.ts';
import { printMadeKey } from './printMadeKey.ts';

interface CreateOptions {
  name?: string;
  scopes?: (typeof scopes)[number][];
  project?: string[];
  plan?: string[];
  labels?: string[];
  task?: string[];
  expires?: number | null;
  bootstrap?: boolean;
  output: 'text' | 'json';
}

/** `nightshift keys`: the keys of services. */
export function addKeys(program: Command, context: CliContext): void {
  const keys = program.command('keys').description('create, list, rotate and revoke keys of services');
  addCreate(keys, context);
  addList(keys, context);
  addRotate(keys, context);
  addRevoke(keys, context);
  keys
    .command('generate')
    .description('print a new key that no server knows yet, for NIGHTSHIFT_BOOTSTRAP_KEY_FILE')
    .action(() => void context.stdout.write(`${makeKeyText()}\n`));
  keys.addHelpText(
    'after',
    `
From the first key on, every caller of the server needs one. You need a key with
the admin scope for all of this; on the server's own computer the machine's key
is enough, and is found by itself.`,
  );
}

function addCreate(keys: Command, context: CliContext): void {
  keys
    .command('create')
    .description('create a key of a service, and print it')
    .option('--name <service>', 'the service, such as ci')
    .option(
      '--scopes <scopes>',
      `what it may do, with commas between: ${scopes.join(', ')}`,
      collectOf(scopes),
    )
    .option('--project <project>', 'only in this project; may be repeated', collect)
    .option(
      '--plan <plan>',
      'only with this plan, or with all that begin so: nightly.*; may be repeated',
      collect,
    )
    .option('--labels <labels>', 'only workers with no other labels than these', collect)
    .option('--task <task>', 'only reports of this external task, or of all that begin so: seo.*', collect)
    .option('--expires <duration>', 'for how long it works, such as 90d, or never (default: 90d)', parseLife)
    .option('--bootstrap', 'write it into the database itself: for the first key, or when nobody can come in')
    .addOption(madeOutput())
    .addHelpText(
      'after',
      `
The key is printed on stdout, once: nobody can read it again. Give it to the
service as API_KEY.

Examples:
  nightshift keys create --name ci --scopes report,read --plan nightly
  nightshift keys create --name worker-1 --scopes work --labels linux --expires never
  nightshift keys create --bootstrap`,
    )
    .action(async (options: CreateOptions) => {
      const { bootstrap = false, output } = options;
      const wanted = wantedOf(options);
      if (bootstrap) {
        const { name = 'bootstrap', scopes = ['admin'] } = wanted;
        const made = await context.gateway.createFirstKey({ ...wanted, name, scopes });
        printMadeKey(context, made, output);
        return;
      }
      const { name, scopes: may } = wanted;
      if (name === undefined || may === undefined)
        throw new UserError(
          'Pass --name and --scopes, such as: nightshift keys create --name ci --scopes read,report',
          2,
        );
      await withConnection(context, async ({ client }) => {
        const answer = await client.createKey({ ...wanted, name, scopes: may.map(graphqlName) });
        const { secret, key } = nameArguments(argumentNames, () => expectType(answer, 'MadeKey'));
        printMadeKey(context, { secret, ...toWords(key) }, output);
      });
    });
}

function wantedOf({ name, scopes: may, project, plan, labels, task, expires }: CreateOptions) {
  return {
    name,
    scopes: may,
    ...(project ? { projects: project } : {}),
    ...(plan ? { plans: plan } : {}),
    ...(labels ? { labels } : {}),
    ...(task ? { tasks: task } : {}),
    ...(expires === undefined ? {} : { expiresInMs: expires }),
  };
}

const argumentNames = new Map([
  ['name', '--name'],
  ['scopes', '--scopes'],
  ['projects', '--project'],
  ['plans', '--plan'],
  ['labels', '--labels'],
  ['tasks', '--task'],
  ['expiresInMs', '--expires'],
  ['overlapMs', '--overlap'],
  ['key', 'key'],
]);

function addList(keys: Command, context: CliContext): void {
  keys
    .command('list')
    .description('list the keys that work, newest first')
    .option('-a, --all', 'expired and revoked ones too')
    .addOption(outputOption())
    .action(({ all = false, output }: { all?: boolean; output: Format }) =>
      withReader(context, async ({ client }) => {
        const { rows, more } = await take(client.walkKeys(all), 1000);
        printRows<ApiKey>(context, rows, printer, output);
        if (more) printMore(context, rows.length);
      }),
    );
}

const printer: Printer<ApiKey> = {
  empty: 'No keys. Create one with: nightshift keys create --name ci --scopes read,report',
  columns: [
    { head: 'NAME', show: ({ name }) => name, narrow: narrowName },
    { head: 'KEY', show: ({ prefix }) => `${prefix}…` },
    { head: 'STATE', show: ({ state }) => wordOf(state) },
    { head: 'SCOPES', show: ({ scopes: may }) => may.map(wordOf).join(', '), narrow: narrowWrapped },
    { head: 'ONLY', show: showBounds, narrow: narrowWrapped },
    { head: 'LAST USED', show: ({ lastUsedAt }) => showTime(lastUsedAt), narrow: narrowTime },
    {
      head: 'EXPIRES',
      show: ({ expiresAt }) => (expiresAt ? showTime(expiresAt) : 'never'),
      narrow: narrowTime,
    },
    { head: 'CREATED BY', show: ({ madeBy }) => madeBy, narrow: narrowDetail },
  ],
  fields: {
    id: ({ databaseId }) => databaseId,
    name: ({ name }) => name,
    prefix: ({ prefix }) => prefix,
    state: ({ state }) => wordOf(state),
    scopes: ({ scopes: may }) => may.map(wordOf),
    projects: ({ projects }) => projects,
    plans: ({ plans }) => plans,
    labels: ({ labels }) => labels,
    tasks: ({ tasks }) => tasks,
    created_by: ({ madeBy }) => madeBy,
    created_at: ({ createdAt }) => createdAt,
    expires_at: ({ expiresAt }) => expiresAt,
    last_used_at: ({ lastUsedAt }) => lastUsedAt,
    replaced_at: ({ replacedAt }) => replacedAt,
    revoked_at: ({ revokedAt }) => revokedAt,
    revoked_by: ({ revokedBy }) => revokedBy,
  },
};

function showBounds({ projects, plans, labels, tasks }: ApiKey): string {
  const bounds = { project: projects, plan: plans, label: labels, task: tasks };
  return Object.entries(bounds)
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what} ${names.join(', ')}`)
    .join('; ');
}

function addRotate(keys: Command, context: CliContext): void {
  keys
    .command('rotate')
    .argument('<service>', 'the service, as "nightshift keys list" shows it')
    .description('replace the key of a service by a new one with the same rights, and print it')
    .option('--overlap <duration>', 'for how long the old key still works (default: 24h)', parseDuration)
    .option(
      '--expires <duration>',
      'for how long the new key works, or never (default: as the old one)',
      parseLife,
    )
    .addOption(madeOutput())
    .action((name: string, { overlap, expires, output }: RotateOptions) =>
      withConnection(context, async ({ client }) => {
        const answer = await client.rotateKey({
          name,
          ...(overlap === undefined ? {} : { overlapMs: overlap }),
          ...(expires === undefined ? {} : { expiresInMs: expires }),
        });
        const { secret, key } = nameArguments(argumentNames, () => expectType(answer, 'MadeKey'));
        printMadeKey(context, { secret, ...toWords(key) }, output);
      }),
    );
}

interface RotateOptions {
  overlap?: number;
  expires?: number | null;
  output: 'text' | 'json';
}

function addRevoke(keys: Command, context: CliContext): void {
  keys
    .command('revoke')
    .argument(
      '<key>',
      'a service, for all its keys, or the beginning of one key as "nightshift keys list" shows it',
    )
    .description('revoke keys: within 5 seconds they work nowhere')
    .action((key: string) =>
      withConnection(context, async ({ client }) => {
        const answer = await client.revokeKey(key.replace(/…$/, ''));
        const { keys: revoked } = nameArguments(argumentNames, () => expectType(answer, 'RevokedKeys'));
        for (const { name, prefix, revokedAt } of revoked)
          context.stdout.write(`Revoked the key of ${name} (${prefix}…) at ${showTime(revokedAt)}\n`);
      }),
    );
}

function madeOutput(): Option {
  return new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text');
}

function toWords({ name, prefix, scopes: may, expiresAt }: ApiKey) {
  return { name, prefix, scopes: may.map(wordOf), expiresAt };
}
