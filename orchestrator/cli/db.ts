import type { Command } from 'commander';
import { showTime } from '../text/showTime.ts';
import type { CliContext } from './context.ts';
import { endingAtOnce } from './interruption.ts';
import { narrowTime } from './narrowing.ts';
import { type Format, outputOption, printRows } from './output.ts';

type Migration = Awaited<ReturnType<CliContext['gateway']['migrations']>>[number];

/** `nightshift db`: the migrations of the database. */
export function addDb(program: Command, context: CliContext): void {
  const db = program.command('db').description('check or apply database migrations');
  db.command('migrate')
    .description('apply pending migrations, as the server does at startup')
    .option('-y, --yes', 'also in a database that contains other tables')
    .addOption(outputOption())
    .action(async ({ output, yes = false }: { output: Format; yes?: boolean }) => {
      const onWait = (what: string) => context.print(`${what}.`);
      const migrations = await endingAtOnce(() => context.gateway.migrations({ besideOthers: yes, onWait }));
      print(context, migrations, output);
    });
  db.command('status')
    .description('show which migrations are applied, without changing anything; exits with 1 unless all are')
    .addOption(outputOption())
    .action(async ({ output }: { output: Format }) => {
      const migrations = await endingAtOnce(() => context.gateway.migrations('read'));
      print(context, migrations, output);
      if (migrations.some(({ state }) => state !== 'applied')) context.exitWith(1);
    });
  db.addHelpText(
    'after',
    '\nThe database is DATABASE_URL if set, otherwise the embedded one in\nNIGHTSHIFT_DATA.',
  );
}

function print(context: CliContext, migrations: readonly Migration[], output: Format): void {
  const columns = [
    { head: 'MIGRATION', show: ({ name }: Migration) => name },
    { head: 'STATE', show: ({ state }: Migration) => state },
    { head: 'APPLIED', show: ({ appliedAt }: Migration) => showTime(appliedAt), narrow: narrowTime },
  ];
  const fields = {
    name: ({ name }: Migration) => name,
    state: ({ state }: Migration) => state,
    applied_at: ({ appliedAt }: Migration) => appliedAt,
  };
  printRows(context, migrations, { empty: 'There are no migrations.', columns, fields }, output);
}
