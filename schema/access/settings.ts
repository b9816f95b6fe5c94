import { settingSourceFacts } from '../../contract/words/settings.ts';
import { readSettings } from '../../domain/access/settings.ts';
import type { Setting } from '../../domain/input/setting.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';
import { needs } from '../needs.ts';

const SettingSourceEnum = enumOf('SettingSource', settingSourceFacts, {
  description: 'Where a setting comes from.',
});

const SettingType = builder.objectRef<Setting>('Setting').implement({
  description: 'A setting that the server runs with.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The variable, e.g. `PORT`.' }),
    value: t.exposeString('value', {
      nullable: true,
      description: 'As it was given, or the default; null for a secret, and if there is none.',
    }),
    isSecret: t.exposeBoolean('isSecret', {
      description: 'Whether the value is a secret, which is not shown.',
    }),
    source: t.expose('source', { type: SettingSourceEnum, description: 'Where it comes from.' }),
  }),
});

builder.queryField('settings', (t) =>
  t.field({
    type: [SettingType],
    description:
      'The settings that the server which answers runs with, without secrets. Reading them is on record. Requires the `admin` scope.',
    authScopes: needs('readSettings'),
    resolve: async (_root, _args, { store, viewer, via }) => [...(await readSettings(store, viewer, via))],
  }),
);
