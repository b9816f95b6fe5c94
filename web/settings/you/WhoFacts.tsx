import type { ReactNode } from 'react';
import type { YouQuery } from '../../generated/graphql.ts';
import { Facts } from '../../parts/Facts.tsx';
import { Text } from '../../parts/Text.tsx';
import { Time } from '../../parts/Time.tsx';
import { youTexts as texts } from '../../texts/settings.ts';
import { readable } from '../../texts/words.ts';

/** Who somebody is to the server, by what, and until when. */
export function WhoFacts({ viewer }: { viewer: YouQuery['viewer'] }): ReactNode {
  const { id, kind, proof, groups, expiresAt, session } = viewer;
  return (
    <Facts
      facts={[
        [texts.name, <Text key="id">{id}</Text>],
        [texts.kind, readable(kind)],
        [texts.proof, proof && readable(proof)],
        [texts.groups, groups.length > 0 && <Text key="groups">{groups.join(', ')}</Text>],
        [texts.session, session && <Time key="session" at={session.createdAt} />],
        [texts.lastUsed, session && <Time key="used" at={session.lastUsedAt} />],
        [texts.address, session?.address && <Text key="address">{session.address}</Text>],
        [texts.expires, session && <Time key="expires" at={session.expiresAt} />],
        [texts.until, !session && expiresAt && <Time key="until" at={expiresAt} />],
      ]}
    />
  );
}
