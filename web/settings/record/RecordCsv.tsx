import { type ReactNode, useState } from 'react';
import { readPath } from '../../data/readPath.ts';
import { announce } from '../../parts/announce.ts';
import { saveFile } from '../../parts/saveFile.ts';
import { filterTexts } from '../../texts/parts.ts';
import { recordTexts } from '../../texts/record.ts';
import { csvQueryOf, type RecordWish } from './recordFilters.ts';

/** As many rows as the server gives at once. */
const most = 10_000;

/** Saves all entries that match, not only those that are loaded. */
export function RecordCsv({ wish }: { wish: RecordWish }): ReactNode {
  const [isBusy, setBusy] = useState(false);
  const [said, setSaid] = useState('');
  const say = (text: string) => {
    setSaid(text);
    announce(text);
  };
  const save = async () => {
    setBusy(true);
    setSaid('');
    try {
      const query = csvQueryOf(wish);
      query.set('limit', String(most));
      const answer = await readPath(`agents/decisions.csv?${query}`);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      saveFile('decisions.csv', await answer.blob());
      if (answer.headers.get('x-truncated') === 'true') say(filterTexts.csvCut(most));
    } catch {
      say(filterTexts.csvFailed);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" disabled={isBusy} onClick={() => void save()}>
        {isBusy ? recordTexts.csvBusy : filterTexts.csv}
      </button>
      {said !== '' && <span className="muted">{said}</span>}
    </>
  );
}
