import type { ReactNode } from 'react';
import { protocol } from '../../../contract/protocol.ts';
import { useAsk } from '../../data/useAsk.ts';
import { formatBytes } from '../../format/bytes.ts';
import { ServerHealthDocument, type ServerHealthQuery } from '../../generated/graphql.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Section } from '../../parts/Section.tsx';
import { Loading } from '../../parts/states/Loading.tsx';
import { Problem } from '../../parts/states/Problem.tsx';
import { Duration, Time } from '../../parts/Time.tsx';
import { serverTexts as texts } from '../../texts/settings.ts';

/** How the database and the queue stand, and which versions there are. */
export function Standing({ everyMs }: { everyMs: number }): ReactNode {
  const { data, error, dataUpdatedAt, refetch } = useAsk(ServerHealthDocument, {}, { everyMs });
  if (data === undefined)
    return (
      <Section title={texts.standing}>
        {error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading rows={4} />}
      </Section>
    );
  const { database, queue, ...server } = data.server;
  const { names } = texts;
  return (
    <>
      <Section title={texts.standing}>
        <Facts
          facts={[
            [names.due, <Queued key="due" count={queue.due} since={queue.dueSince} now={dataUpdatedAt} />],
            [
              names.waiting,
              <Queued key="waiting" count={queue.waiting} since={queue.waitingSince} now={dataUpdatedAt} />,
            ],
            [names.database, databaseOf(database)],
            [names.size, formatBytes(database.bytes)],
            [names.free, database.freeBytes !== null && formatBytes(database.freeBytes)],
            [
              names.migrations,
              database.latestMigration && texts.migrations(database.migrations, database.latestMigration),
            ],
            [names.swept, database.sweptAt && <Time key="swept" at={database.sweptAt} seconds />],
          ]}
        />
      </Section>
      <Section title={texts.versions}>
        <Facts
          facts={[
            [names.nightshift, server.version],
            [names.protocol, server.protocol],
            [names.pageProtocol, protocol],
            [names.node, server.node],
            [names.platform, server.platform],
            [names.started, <Time key="started" at={server.startedAt} />],
          ]}
        />
      </Section>
    </>
  );
}

function Queued({ count, since, now }: { count: number; since: string | null; now: number }): ReactNode {
  if (since === null) return texts.queued(count);
  return (
    <>
      {texts.queued(count)}, {texts.oldest} <Duration ms={Math.max(0, now - Date.parse(since))} />
    </>
  );
}

function databaseOf({ kind, version }: ServerHealthQuery['server']['database']): string {
  return kind === 'PGLITE' ? texts.embedded(version) : texts.postgres(version);
}
