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
  nightshift keys create --name ci --scopes report,read --task 'seo.*'
  nightshift keys create --name worker-1 --scopes work --expires never
  nightshift keys create --bootstrap`,
    )
    .action(async (options: CreateOptions) => {
      const { bootstrap = false, output } = options;
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
        printRows<ApiKey>(context, rows, keyRows, output);
        if (more) printMore(context, rows.length);
      }),
    );
}

function addRotate(keys: Command, context: CliContext): void {
  keys
    .command('rotate')
    .argument('<service>', 'the service, as "nightshift keys list" shows it')
    .description('replace the key of a service by a new one with the same rights, and print it')
    .option('--overlap <duration>', 'for how long the old key still works (default: 24h)', parseSpan)
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
          ...lifeOf(expires),
        });
        const { secret, key } = nameArguments(argumentNames, () => expectType(answer, 'MadeKey'));
        printMadeKey(context, { secret, ...toWords(key) }, output);
        const old =
          overlap === 0
            ? 'works no more'
            : `works until ${showTime(new Date(Date.now() + (overlap ?? dayMs)).toISOString())}`;
        context.print(`The old key ${old}.`);
      }),
    );
}

interface RotateOptions {
  overlap?: number;
  expires?: number | 'never';
  output: 'text' | 'json';
}

function addRevoke(keys: Command, context: CliContext): void {
  keys
    .command('revoke')
    .argument('<key>', 'a service, for all its keys, or one key: its first 12 characters are enough')
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

const dayMs = 86_400_000;

function madeOutput(): Option {
  return new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text');
}

function toWords({ name, prefix, scopes: may, expiresAt }: ApiKey) {
  return { name, prefix, scopes: may.map(wordOf), expiresAt };
}
