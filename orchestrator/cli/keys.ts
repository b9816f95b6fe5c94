import { type Command, Option } from 'commander';
import { type ApiKey, expectType } from '../../client/index.ts';
import { makeKeyText } from '../../contract/keyText.ts';
import { scopes } from '../../contract/words/viewers.ts';
import { graphqlName, wordOf } from '../../contract/words/words.ts';
import { showTime } from '../text/showTime.ts';
import { withConnection, withReader } from './connect.ts';
import { type CliContext, UserError } from './context.ts';
import { makeFirstKey } from './firstKey.ts';
import { keyRows } from './keyRows.ts';
import { printMore, take } from './list.ts';
import { nameArguments } from './nameArguments.ts';
import { type Format, outputOption, printRows } from './output.ts';
import { printOwnKeyPage } from './ownKeyPage.ts';
import { collect, collectOf, parseLife, parseSpan } from './parse.ts';
import { printMadeKey } from './printMadeKey.ts';

interface CreateOptions {
  name?: string;
  scopes?: (typeof scopes)[number][];
  project?: string[];
  plan?: string[];
  labels?: string[];
  task?: string[];
  expires?: number | 'never';
  bootstrap?: boolean;
  mine?: boolean;
  output: 'text' | 'json';
}

/** `nightshift keys`: the keys of services, and one's own. */
export function addKeys(program: Command, context: CliContext): void {
  const keys = program
    .command('keys')
    .description('create, list, rotate and revoke keys of services, and your own');
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
is enough, and is found by itself. With --mine it is about your own keys: you
make and rotate them in a browser where you are signed in, and list and revoke
them here after nightshift login.`,
  );
}

function addCreate(keys: Command, context: CliContext): void {
  keys
    .command('create')
    .description('create a key of a service or of yourself, and print it')
    .option('--name <name>', 'the service, such as ci, or what you call your key')
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
    .option('--mine', 'print the page where you make a key of your own in a browser')
    .option('--bootstrap', 'write it into the database itself: for the first key, or when nobody can come in')
    .addOption(madeOutput())
    .addHelpText(
      'after',
      `
The key is printed on stdout, once: nobody can read it again. Give it to the
service as API_KEY.

Examples:
  nightshift keys create --name ci --scopes report,read --task 'seo.*'
  nightshift keys create --name worker-1 --scopes work --expires never
  nightshift keys create --mine --name laptop --scopes read
  nightshift keys create --bootstrap`,
    )
    .action(async (options: CreateOptions) => {
      const { bootstrap = false, mine = false, output } = options;
      const wanted = wantedOf(options);
      if (bootstrap) {
        const { name = 'bootstrap', scopes = ['admin'] } = wanted;
        const made = await makeFirstKey(context, { ...wanted, name, scopes }, argumentNames);
        printMadeKey(context, made, output);
        return;
      }
      const { name, scopes: may } = wanted;
      if (name === undefined || may === undefined)
        throw new UserError(
          'Pass --name and --scopes, such as: nightshift keys create --name ci --scopes read,report',
          2,
        );
      if (mine) return printOwnKeyPage(context, 'createKey', { ...wanted, name, scopes: may });
      await withConnection(context, async ({ client }) => {
        const answer = await client.createKey({ ...wanted, name, scopes: may.map(graphqlName) });
        const { secret, key } = nameArguments(argumentNames, () => expectType(answer, 'MadeKey'));
        printMadeKey(context, { secret, ...toWords(key) }, output);
        warnOfIdleBounds(context, wanted);
        context.print('Every caller of this server needs a key now, to read as well.');
      });
    });
}

/** Says what bounds come to that may have been meant otherwise. */
function warnOfIdleBounds({ print }: CliContext, wanted: ReturnType<typeof wantedOf>): void {
  const has = (scope: (typeof scopes)[number]) => wanted.scopes?.includes(scope) ?? false;
  const isOfPlans = 'plans' in wanted || 'projects' in wanted;
  if (has('report') && isOfPlans && !('tasks' in wanted))
    print('note: it may report no external task, since it is bounded to plans. To allow some, add --task.');
  if (!has('report') && 'tasks' in wanted)
    print('note: --task bounds reports, for which it lacks the scope report.');
  if (!has('work') && 'labels' in wanted)
    print('note: --labels bounds workers, and it lacks the scope work.');
  if (isOfPlans && wanted.scopes?.every((scope) => scope === 'read'))
    print('note: reading has no bounds: it may read everything.');
}

function wantedOf({ name, scopes: may, project, plan, labels, task, expires }: CreateOptions) {
  return {
    name,
    scopes: may,
    ...(project ? { projects: project } : {}),
    ...(plan ? { plans: plan } : {}),
    ...(labels ? { labels } : {}),
    ...(task ? { tasks: task } : {}),
    ...lifeOf(expires),
  };
}

/** For the API null is for ever. */
function lifeOf(expires: number | 'never' | undefined) {
  if (expires === undefined) return {};
  return { expiresInMs: expires === 'never' ? null : expires };
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
  ['person', '--mine'],
  ['key', 'key'],
]);

function addList(keys: Command, context: CliContext): void {
  keys
    .command('list')
    .description('list the keys that work, newest first')
    .option('-a, --all', 'expired and revoked ones too')
    .option('--mine', 'only your own')
    .addOption(outputOption())
    .action(({ all, mine, output }: { all?: boolean; mine?: boolean; output: Format }) =>
      withReader(context, async ({ client }) => {
        const { rows, more } = await take(
          client.walkKeys({ ...(all && { all }), ...(mine && { mine }) }),
          1000,
        );
        printRows<ApiKey>(context, rows, keyRows, output);
        if (more) printMore(context, rows.length);
      }),
    );
}

function addRotate(keys: Command, context: CliContext): void {
  keys
    .command('rotate')
    .argument('<name>', 'the service or your key, as "nightshift keys list" shows it')
    .description('replace a key by a new one with the same rights, and print it')
    .option('--mine', 'print the page where you rotate a key of your own in a browser')
    .option('--overlap <duration>', 'for how long the old key still works (default: 24h)', parseSpan)
    .option(
      '--expires <duration>',
      'for how long the new key works, or never (default: as the old one)',
      parseLife,
    )
    .addOption(madeOutput())
    .action(async (name: string, { mine, overlap, expires, output }: RotateOptions) => {
      const wanted = {
        name,
        ...(overlap === undefined ? {} : { overlapMs: overlap }),
        ...lifeOf(expires),
      };
      if (mine) return printOwnKeyPage(context, 'rotateKey', wanted);
      await withConnection(context, async ({ client }) => {
        const answer = await client.rotateKey(wanted);
        const { secret, key } = nameArguments(argumentNames, () => expectType(answer, 'MadeKey'));
        printMadeKey(context, { secret, ...toWords(key) }, output);
        const old =
          overlap === 0
            ? 'works no more'
            : `works until ${showTime(new Date(Date.now() + (overlap ?? dayMs)).toISOString())}`;
        context.print(`The old key ${old}.`);
      });
    });
}

interface RotateOptions {
  mine?: boolean;
  overlap?: number;
  expires?: number | 'never';
  output: 'text' | 'json';
}

function addRevoke(keys: Command, context: CliContext): void {
  keys
    .command('revoke')
    .argument('<key>', 'a service, for all its keys, or one key: its first 12 characters are enough')
    .description('revoke keys: within 5 seconds they work nowhere')
    .option('--mine', 'only your own keys, by name or first characters')
    .action((key: string, { mine = false }: { mine?: boolean }) =>
      withConnection(context, async ({ client }) => {
        const answer = await client.revokeKey(key.replace(/…$/, ''), { person: mine });
        const { keys: revoked } = nameArguments(argumentNames, () => expectType(answer, 'RevokedKeys'));
        for (const { name, owner, prefix, revokedAt } of revoked)
          context.stdout.write(
            `Revoked the key ${owner === null ? `of ${name}` : `${name} of ${owner}`} (${prefix}…) at ${showTime(revokedAt)}\n`,
          );
      }),
    );
}

const dayMs = 86_400_000;

function madeOutput(): Option {
  return new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text');
}

function toWords({ name, prefix, scopes: may, expiresAt }: ApiKey) {
  return { name, prefix, scopes: may.map(wordOf), expiresAt };
}
