import { type GithubRules, isListed, isSameRepository } from '../pulls/githubRules.ts';
import type { KnownPull } from '../pulls/knownPull.ts';
import type { OwnRepository } from '../pulls/ownRepository.ts';
import { canonicalLink, isPullRequest, nameOf, type PullKey, pullOfLink } from '../pulls/pullLinks.ts';

/** The output of a task, and what of it a person must review. */
export interface Choice {
  outputsUri: string | null;
  /** The pull request that is awaited. */
  pull: Candidate | null;
  /** Whether somebody must look. */
  holds: boolean;
  /** What people should know of the choice, a sentence each. */
  remarks: string[];
}

/** A pull request that a command printed or declared. */
export interface Candidate {
  link: string;
  pull: PullKey;
  /** Of the step's own repository; of one of that name on a host that is not known; or of another. */
  kind: 'own' | 'unknownHost' | 'foreign';
  /** Whether what its host says of it may end the wait. */
  counts: boolean;
  known: KnownPull | undefined;
}

/** What a command reported as its output. */
export interface SaidOutputs {
  outputsUri?: string | null | undefined;
  candidates: readonly string[];
}

/** Says which pull requests a command has named, the declared one first, and whose they are; each once. */
export function candidatesIn(
  { outputsUri, candidates }: SaidOutputs,
  { own }: OwnRepository,
  rules: GithubRules,
): Candidate[] {
  const links = [outputsUri, ...candidates].flatMap((link) => (link && canonicalLink(link)) || []);
  return [...new Set(links)].flatMap((link) => {
    const pull = pullOfLink(link);
    if (pull === undefined) return [];
    const isKnownHost = rules.hosts.includes(pull.host);
    const isOwn = own !== null && isKnownHost && isSameRepository(pull, own);
    const isNamesake = own !== null && isSameRepository({ ...pull, host: own.host }, own);
    const kind = isOwn ? 'own' : isNamesake && !isKnownHost ? 'unknownHost' : 'foreign';
    const counts = isOwn && (rules.repositories.length === 0 || isListed(rules, pull));
    return [{ link, pull, kind, counts, known: undefined }];
  });
}

/**
 * Chooses what a task has made: the declared link, else a pull request of its own repository, else another one, else an
 * artifact. A pull request of the own repository is awaited beside a declared link too. Where the step names its
 * repository, pull requests of others are none of its business.
 */
export function chooseOutput(
  said: SaidOutputs,
  candidates: readonly Candidate[],
  repository: OwnRepository,
): Choice {
  const counting = candidates.filter(({ kind }) => kind !== 'foreign' || !repository.isNamed);
  const ignored = candidates.filter((one) => !counting.includes(one));
  const declared = said.outputsUri ? declaredOf(said.outputsUri, counting, repository) : undefined;
  const own = counting.filter(({ kind }) => kind !== 'foreign').sort(byPreference);
  const foreign = counting.filter(({ kind }) => kind === 'foreign');
  const remarks = ignored
    .filter(({ link }) => link === canonicalLink(said.outputsUri ?? ''))
    .map(({ link }) => `${link} is not in the repository that the step names, so it does not count`);
  if (declared?.isPull)
    return awaitPull(declared.link, declared.candidate ?? null, [...own, ...foreign], remarks, repository);
  if (declared) {
    // Where no repository is known, each of them may be what the step made.
    const [mine, others] = repository.own === null ? [foreign, []] : [own, foreign];
    const open = mine.filter(
      ({ known }) => known === undefined || (known.state === 'open' && !known.isUntouched),
    );
    remarks.push(...mine.filter((one) => !open.includes(one)).map(whyPassedOver));
    const [first = null] = open;
    if (first !== null) return awaitPull(declared.link, first, [...open, ...others], remarks, repository);
    remarks.push(...passedOver(others));
    return { outputsUri: declared.link, pull: null, holds: false, remarks };
  }
  const first = own[0] ?? counting[0];
  if (first) return awaitPull(first.link, first, [...own, ...foreign], remarks, repository);
  const artifact = said.candidates.findLast((link) => !isPullRequest(link));
  return { outputsUri: artifact ?? null, pull: null, holds: false, remarks };
}

function declaredOf(text: string, counting: readonly Candidate[], { isNamed }: OwnRepository) {
  const isPull = isPullRequest(text);
  const link = canonicalLink(text) ?? text;
  const candidate = counting.find((one) => one.link === link);
  // A step that names its repository makes no other pull request, and none that nobody can read.
  return isPull && isNamed && candidate === undefined ? undefined : { link, isPull, candidate };
}

function awaitPull(
  outputsUri: string,
  pull: Candidate | null,
  all: readonly Candidate[],
  before: readonly string[],
  repository: OwnRepository,
): Choice {
  const others = passedOver(all.filter((one) => one !== pull));
  return { outputsUri, pull, holds: true, remarks: [...before, ...remarksOn(pull, repository), ...others] };
}

function passedOver(others: readonly Candidate[]): string[] {
  if (others.length === 0) return [];
  const links = others.slice(0, 5).map(({ link }) => link);
  // After a list of old ones comes what the step itself has opened.
  const more =
    others.length > 5 ? ` and ${others.length - 5} more, the last of them ${others.at(-1)?.link}` : '';
  return [`also mentioned, but not waited for: ${links.join(', ')}${more}`];
}

function remarksOn(candidate: Candidate | null, { own, remark }: OwnRepository): string[] {
  if (candidate === null)
    return [
      'it is not a pull request that the server can read, so a person decides. To never ask, set approval: "never" in the plan',
    ];
  const { pull, kind, counts, known } = candidate;
  if (known?.state === 'merged')
    return [
      `${candidate.link} was merged${known.endedBy ? ` by ${known.endedBy}` : ''} before the task began to wait, so a person decides`,
    ];
  if (counts) return [];
  const name = `${pull.owner}/${pull.repo}`;
  const why =
    kind === 'own'
      ? `GITHUB_REPOSITORIES of the server does not list ${name}, so a person decides about ${candidate.link}`
      : kind === 'unknownHost'
        ? `${pull.host} is not a known GitHub server, so a person decides about ${candidate.link}. If it is yours, set GITHUB_API_URL on the server`
        : own === null
          ? `the repository of this step is unknown, so a person decides about ${candidate.link}. In the plan, set repo: "${name}" if that is the right one, or else the step’s own repository`
          : `${candidate.link} is not in ${nameOf(own)}, so a person decides. In the plan, set repo: "${name}" if the step opens its pull requests there, repo: "${own.owner}/${own.repo}" if it only mentions such links, as a changelog does, or approval: "never" if nobody needs to review it`;
  return [why, ...(remark === undefined ? [] : [remark])];
}

function whyPassedOver({ link, known }: Candidate): string {
  const why =
    known?.state === 'open' ? 'it has not changed since the attempt began' : `it is ${known?.state}`;
  return `${link} is not waited for: ${why}`;
}

/** What is known to be over comes last; the newest that was made or pushed to comes first, then the first named. */
function byPreference(one: Candidate, other: Candidate): number {
  const isOver = ({ known }: Candidate) => Number(known !== undefined && known.state !== 'open');
  const touched = ({ known }: Candidate) => known?.touchedAt ?? '';
  const isElsewhere = ({ kind }: Candidate) => Number(kind === 'unknownHost');
  return (
    isElsewhere(one) - isElsewhere(other) ||
    isOver(one) - isOver(other) ||
    (touched(one) === touched(other) ? 0 : touched(one) > touched(other) ? -1 : 1)
  );
}
