import type { PullHead, PullReader } from '../../contract/pulls/pullReader.ts';
import { DatabaseUnavailableError } from '../../database/errors.ts';
import { claimDetails, claimDueDetails, type WhyRead } from '../../domain/pulls/claimDetails.ts';
import { readPullDetails } from '../../domain/pulls/details.ts';
import {
  noteDetails,
  noteDetailsProblem,
  noteFiles,
  releaseDetails,
} from '../../domain/pulls/noteDetails.ts';
import type { Store } from '../../domain/store.ts';
import type { Logger } from '../log.ts';
import type { GithubApi } from './api.ts';
import { askFiles } from './askFiles.ts';
import { GithubError } from './errors.ts';
import { openDetailsReading } from './readDetails.ts';

/** Keeps what GitHub says of pull requests, so that all replicas and lists share it. */
export interface DetailsKeeper extends PullReader {
  /** Reads one of which news came, unless too few of GitHub's points are left. */
  renew(pull: PullHead): Promise<void>;
  /** Reads those whose checks have changed. */
  readDue(): Promise<void>;
  /** Begins nothing more; resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** A pull request is not read again within this time because somebody looks at it. */
const freshMs = 60_000;
/** Of so many it is remembered that their files could not be read. */
const maxRefused = 1000;

/** Makes what keeps pull requests of a host; however many ask for one, it is read once at a time. */
export function openDetailsKeeper(store: Store, api: GithubApi, log: Logger): DetailsKeeper {
  const reading = openDetailsReading(log);
  const refused = rememberRefused();
  const underWay = new Map<string, Promise<void>>();
  let isOver = false;

  /** Those who come while it is read here wait for that. */
  const once = (what: string, pull: PullHead, work: () => Promise<void>): Promise<void> => {
    const key = keyOf(what, pull);
    const known = underWay.get(key);
    if (known) return known;
    const begun = work()
      .catch((error: unknown) => {
        const level = error instanceof DatabaseUnavailableError ? 'warn' : 'error';
        log[level]({ err: error, pull: nameOf(pull) }, 'Reading a pull request for those who decide failed');
      })
      .finally(() => underWay.delete(key));
    underWay.set(key, begun);
    return begun;
  };

  const isAsked = (pull: PullHead) => !isOver && pull.host === api.webHost && api.pauseMs('graphql') === 0;

  const readOne = async (pull: PullHead): Promise<void> => {
    try {
      const { headSha, ...read } = await reading.read(api.of(pull), pull);
      await noteDetails(store, { ...pull, headSha }, read);
      if (headSha !== pull.headSha.toLowerCase()) await releaseDetails(store.db, pull);
    } catch (error) {
      const isOurs = !(error instanceof GithubError);
      if (isOurs || isOver) await releaseDetails(store.db, pull).catch(() => undefined);
      if (isOver) return;
      if (isOurs) throw error;
      log.warn(
        { pull: nameOf(pull), why: error.message },
        'Could not read a pull request for those who decide',
      );
      await noteDetailsProblem(store, pull, `${error.message}.`);
    }
  };

  const read = (pull: PullHead, why: WhyRead & { wants?: boolean }) =>
    once('details', pull, async () => {
      if (isAsked(pull) && (await claimDetails(store.db, pull, why))) await readOne(pull);
    });

  return {
    refresh: (pull) => read(pull, { olderThanMs: freshMs }),
    async renew(pull) {
      if (reading.isLow()) return;
      // What is under way may have been read before the news.
      await underWay.get(keyOf('details', pull));
      await read(pull, { olderThanMs: 0, wants: true });
    },
    readFiles: (pull) =>
      once('files', pull, async () => {
        if (isOver || pull.host !== api.webHost || api.pauseMs() > 0 || refused.has(pull)) return;
        const [kept] = await readPullDetails(store.db, [pull]);
        if (kept?.files != null) return;
        const total = kept?.details && kept.details.additions + kept.details.deletions;
        try {
          await noteFiles(store.db, pull, await askFiles(api.of(pull), pull, total ?? undefined));
        } catch (error) {
          if (!(error instanceof GithubError)) throw error;
          refused.note(pull);
          log.warn({ pull: nameOf(pull), why: error.message }, 'Could not read the files of a pull request');
        }
      }),
    async readDue() {
      while (!isOver && !reading.isLow() && api.pauseMs('graphql') === 0) {
        const due = await claimDueDetails(store.db, api.webHost);
        for (const pull of due) await once('details', pull, () => readOne(pull));
        if (due.length === 0) return;
      }
    },
    async stop() {
      isOver = true;
      await Promise.all(underWay.values());
    },
  };
}

/** Remembers whose files could not be read within the last minute, so that looks do not ask for them each time. */
function rememberRefused() {
  const until = new Map<string, number>();
  return {
    has: (pull: PullHead) => (until.get(keyOf('files', pull)) ?? 0) > performance.now(),
    note(pull: PullHead) {
      // The oldest goes first.
      const [oldest] = until.size < maxRefused ? [] : until.keys();
      if (oldest !== undefined) until.delete(oldest);
      until.set(keyOf('files', pull), performance.now() + freshMs);
    },
  };
}

function keyOf(what: string, { owner, repo, number, headSha }: PullHead): string {
  return JSON.stringify([what, owner, repo, number, headSha]).toLowerCase();
}

function nameOf({ owner, repo, number }: PullHead): string {
  return `${owner}/${repo}#${number}`;
}
