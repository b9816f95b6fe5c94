import { type ReactNode, useState } from 'react';
import { ask } from '../../data/ask.ts';
import { SettingsDocument, type SettingsQuery } from '../../generated/graphql.ts';
import { Section } from '../../parts/Section.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Text } from '../../parts/Text.tsx';
import { type Column, Table } from '../../parts/table/Table.tsx';
import { serverTexts as texts } from '../../texts/settings.ts';
import { readable } from '../../texts/words.ts';

const columns: readonly Column<SettingsQuery['settings'][number]>[] = [
  { name: texts.name, cell: ({ name }) => <code>{name}</code> },
  {
    name: texts.value,
    cell: ({ value, isSecret, source }) =>
      value === null ? (
        <span className="muted">{isSecret && source !== 'DEFAULT' ? texts.secret : texts.unset}</span>
      ) : (
        <Text>{value}</Text>
      ),
  },
  { name: texts.source, cell: ({ source }) => readable(source) },
];

/** What the server runs with, read once when it is asked for, and never by itself again, since that is recorded. */
export function ServerSettings(): ReactNode {
  const [settings, setSettings] = useState<SettingsQuery['settings']>();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const read = async () => {
    setBusy(true);
    setError(undefined);
    try {
      setSettings((await ask(SettingsDocument, {})).settings);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={texts.settings}>
      <p className="muted">{texts.settingsText}</p>
      {settings ? (
        <Table
          columns={columns}
          rows={settings}
          keyOf={({ name }) => name}
          label={texts.settings}
          none={texts.noSettings}
        />
      ) : error !== undefined ? (
        <Problem error={error} onRetry={() => void read()} />
      ) : (
        <div>
          <button type="button" disabled={isBusy} onClick={() => void read()}>
            {texts.show}
          </button>
        </div>
      )}
    </Section>
  );
}
