import { readTime } from '../../contract/input/time.ts';
import type { Queryable } from '../../database/database.ts';
import { col, type RowOfStatement, statement } from '../../database/statement.ts';
import { readCursor, textsOf, writeCursor } from '../input/cursor.ts';
import { type Page, type PageArguments, readPage } from '../input/page.ts';
import type { PlanKey } from './planKey.ts';

/** The most contents of a plan that are read at once, and how many without a word. */
export const maxContents = 20;

/** One content that a plan has or had, without its steps. */
export type PlanContent = Omit<RowOfStatement<typeof latestContents>, 'place'>;

type Position = Pick<PlanContent, 'registeredAt' | 'hash'>;

/**
 * Reads the same page of the contents of several plans with one statement, in the order of the plans; of each the one that
 * was registered last first. One that is registered again moves to the front.
 * @throws InvalidCursorError, InvalidInputError
 */
export async function readContentPages(
  db: Queryable,
  plans: readonly PlanKey[],
  page: PageArguments,
): Promise<Page<PlanContent>[]> {
  const [projects, names] = [plans.map(({ project }) => project), plans.map(({ name }) => name)];
  const first = page.first ?? (page.last == null ? maxContents : null);
  const reads = new Map<string, Promise<Map<number, PlanContent[]>>>();
  const pages = plans.map((_, index) =>
    readPage<Position, PlanContent>(
      { ...page, first },
      decodeCursor,
      async (stretch, limit, backward) => {
        const { after, before, inclusive = false } = stretch;
        const key = JSON.stringify([stretch, limit, backward]);
        let read = reads.get(key);
        if (read === undefined) {
          const list = backward ? oldestContents : latestContents;
          read = byPlace(
            db.query(
              list(
                projects,
                names,
                after?.registeredAt,
                after?.hash,
                before?.registeredAt,
                before?.hash,
                inclusive,
                limit,
              ),
            ),
          );
          reads.set(key, read);
        }
        const rows = (await read).get(index + 1) ?? [];
        return { edges: rows.map((node) => ({ node, cursor: encodeCursor(node) })) };
      },
      maxContents,
    ),
  );
  return Promise.all(pages);
}

async function byPlace(
  rows: Promise<RowOfStatement<typeof latestContents>[]>,
): Promise<Map<number, PlanContent[]>> {
  return Map.groupBy(await rows, ({ place }) => place);
}

const selectContent = `hash, registered_at AS "registeredAt", created_at AS "firstRegisteredAt",
          registered_by AS "registeredBy", path, (SELECT older.hash FROM plans older
            WHERE older.project = plans.project AND older.name = plans.name
              AND (older.registered_at, older.hash) < (plans.registered_at, plans.hash)
            ORDER BY older.registered_at DESC, older.hash DESC LIMIT 1) AS "earlierHash"`;

const contentRow = {
  hash: col.text,
  registeredAt: col.time,
  firstRegisteredAt: col.time,
  registeredBy: col.text.orNull,
  path: col.text.orNull,
  earlierHash: col.text.orNull,
};

const latestContents = listContents('latest_contents', 'DESC');
const oldestContents = listContents('oldest_contents', 'ASC');

/** Of each plan so many contents between two positions. */
function listContents(name: string, direction: 'ASC' | 'DESC') {
  const order = `registered_at ${direction}, hash ${direction}`;
  return statement({
    name,
    text: `SELECT wanted.place::int AS place, found.* FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted(project, name, place)
      CROSS JOIN LATERAL (SELECT ${selectContent}
        FROM plans WHERE plans.project = wanted.project AND plans.name = wanted.name
          AND ($3::timestamptz IS NULL OR (registered_at, hash) < ($3, $4::bpchar) OR $7::boolean AND hash = $4::bpchar)
          AND ($5::timestamptz IS NULL OR (registered_at, hash) > ($5, $6::bpchar) OR $7::boolean AND hash = $6::bpchar)
        ORDER BY ${order} LIMIT $8) found
      ORDER BY place, "registeredAt" ${direction}, hash ${direction}`,
    row: {
      place: col.int,
      ...contentRow,
    },
  });
}

/** Reads several contents by their hashes with one statement, in that order; null where there is none. */
export async function findContents(
  db: Queryable,
  hashes: readonly string[],
): Promise<(PlanContent | null)[]> {
  const rows = await db.query(contentsByHashes(hashes));
  const found = new Map(rows.map((content) => [content.hash, content]));
  return hashes.map((hash) => found.get(hash) ?? null);
}

const contentsByHashes = statement({
  name: 'contents_by_hashes',
  text: `SELECT ${selectContent} FROM plans WHERE hash = ANY($1::text[])`,
  row: contentRow,
});

/** Counts the contents of several plans with one statement, in their order, each up to what `totalCount` counts. */
export async function countContents(db: Queryable, plans: readonly PlanKey[]): Promise<number[]> {
  const rows = await db.query(
    countContentsSql(
      plans.map(({ project }) => project),
      plans.map(({ name }) => name),
    ),
  );
  return rows.map(({ count }) => count);
}

const countContentsSql = statement({
  name: 'count_contents',
  text: `SELECT (SELECT count(*) FROM (SELECT FROM plans WHERE plans.project = wanted.project AND plans.name = wanted.name
        LIMIT 10000) found)::int AS count
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted(project, name, place) ORDER BY place`,
  row: { count: col.int },
});

function encodeCursor({ registeredAt, hash }: Position): string {
  return writeCursor(JSON.stringify([registeredAt, hash]));
}

function decodeCursor(cursor: string): Position {
  return readCursor(cursor, (value) => {
    const [registeredAt, hash] = textsOf(value, 2);
    const moment = readTime(registeredAt ?? '');
    return moment === undefined || !/^[0-9a-f]{64}$/.test(hash ?? '')
      ? undefined
      : { registeredAt: moment, hash: hash ?? '' };
  });
}
