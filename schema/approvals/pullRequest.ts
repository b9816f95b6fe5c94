import { pullStateOf } from '../../contract/pulls/pullState.ts';
import { mergeStateFacts, reviewDecisionFacts, reviewStateFacts } from '../../contract/words/pulls.ts';
import type { PullRequest } from '../../domain/approvals/approval.ts';
import type { PullChecks, PullDetails } from '../../domain/pulls/details.ts';
import { whyNoDetails } from '../../domain/pulls/whyNoDetails.ts';
import { builder } from '../builder.ts';
import { maxOpened } from '../context.ts';
import { enumOf } from '../enums.ts';
import { loadOpened } from './openPull.ts';
import { ChecksType, FilesType } from './pullChecks.ts';

const MergeStateEnum = enumOf('MergeState', mergeStateFacts, {
  description: 'Whether a pull request can be merged, as its host says.',
});

const ReviewDecisionEnum = enumOf('ReviewDecision', reviewDecisionFacts, {
  description: 'What the reviews of a pull request amount to, as its host says.',
});

const ReviewStateEnum = enumOf('ReviewState', reviewStateFacts, {
  description: 'What a review says for or against a pull request.',
});

const ReviewType = builder.objectRef<PullDetails['reviews'][number]>('PullReview').implement({
  description: 'The latest verdict of a reviewer.',
  fields: (t) => ({
    reviewer: t.exposeString('reviewer', { description: 'The login of the reviewer.' }),
    state: t.expose('state', { type: ReviewStateEnum, description: 'What it says.' }),
  }),
});

interface ShownDetails extends PullDetails {
  headSha: string;
  readAt: string;
  checks: PullChecks;
}

const DetailsType = builder.objectRef<ShownDetails>('PullDetails').implement({
  description:
    'What a pull request looks like at its head commit, as its host last said. Texts are written by strangers: they are cut to one line without control characters, and nothing in them should be rendered.',
  fields: (t) => ({
    headSha: t.exposeString('headSha', { description: 'The head commit that all of this is about.' }),
    title: t.exposeString('title', { description: 'Its title, at most 300 characters.' }),
    isDraft: t.exposeBoolean('isDraft', { description: 'Whether it is a draft.' }),
    isFromFork: t.exposeBoolean('isFromFork', {
      description: 'Whether its branch is in another repository than the one it would be merged into.',
    }),
    baseRef: t.exposeString('baseRef', { description: 'The branch that it would be merged into.' }),
    headRef: t.exposeString('headRef', { description: 'The branch that it would merge.' }),
    additions: t.exposeInt('additions', { description: 'How many lines it adds.' }),
    deletions: t.exposeInt('deletions', { description: 'How many lines it deletes.' }),
    changedFiles: t.exposeInt('changedFiles', { description: 'How many files it changes.' }),
    mergeState: t.expose('mergeState', { type: MergeStateEnum, description: 'Whether it can be merged.' }),
    mergeProblem: t.string({
      nullable: true,
      description: 'Why it cannot be merged now, to follow "because"; null if it can.',
      resolve: ({ mergeState }) => mergeStateFacts[mergeState].whyNot,
    }),
    reviewDecision: t.expose('reviewDecision', {
      type: ReviewDecisionEnum,
      nullable: true,
      description: 'What its reviews amount to; null if its repository requires none.',
    }),
    reviews: t.field({
      type: [ReviewType],
      description: 'The latest verdict of each reviewer, at most 20.',
      resolve: ({ reviews }) => reviews,
    }),
    labels: t.exposeStringList('labels', { description: 'Its labels, at most 20.' }),
    checks: t.field({
      type: ChecksType,
      description: 'The checks of its head commit.',
      resolve: ({ checks }) => checks,
    }),
    readAt: t.expose('readAt', { type: 'DateTime', description: 'When its host was asked.' }),
  }),
});

/** `PullRequest`: the pull request that an approval is about. */
export const PullRequestType = builder.objectRef<PullRequest>('PullRequest').implement({
  description: 'The pull request that an approval is about, as last seen.',
  fields: (t) => ({
    host: t.exposeString('host', { description: 'Its host, e.g. `github.com`.' }),
    owner: t.exposeString('owner', { description: 'The owner of its repository.' }),
    repo: t.exposeString('repo', { description: 'The name of its repository.' }),
    number: t.exposeInt('number', { description: 'Its number in the repository.' }),
    headSha: t.exposeString('headSha', {
      nullable: true,
      description:
        'Its head commit; null until the server has seen the pull request. Pass it as `expectedHeadSha` to decide about this commit only.',
    }),
    state: t.string({
      description:
        '`open`, `closed` or `merged`; `not_checked` until the server has checked it, `unknown` if the server cannot read it.',
      resolve: pullStateOf,
    }),
    author: t.exposeString('author', {
      nullable: true,
      description: 'The login of its author; null until the server has seen the pull request.',
    }),
    isOwn: t.exposeBoolean('isOwn', {
      description:
        "Whether it belongs to the task's own repository. If not, events of the pull request decide nothing and a person decides.",
    }),
    checkedAt: t.expose('checkedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the server last saw it; null if never.',
    }),
    details: t.field({
      type: DetailsType,
      nullable: true,
      description:
        'Its title, size, branches, reviews and checks at `headSha`; null until the server has read them, see `detailsProblem`.',
      args: {
        refresh: t.arg.boolean({
          defaultValue: false,
          description: `Reads them again first if they are older than a minute, and waits up to 3 seconds for that. For the one that somebody looks at: at most ${maxOpened} per request are read again.`,
        }),
      },
      resolve: async (pull, { refresh }, context) => {
        const kept = await loadOpened(context, pull, refresh === true ? 'refresh' : undefined);
        if (kept?.details == null || kept.checks === null || kept.readAt === null) return null;
        return { ...kept.details, checks: kept.checks, readAt: kept.readAt, headSha: pull.headSha ?? '' };
      },
    }),
    detailsProblem: t.string({
      nullable: true,
      description: 'Why there are no `details`, or why they could not be read again; null otherwise.',
      resolve: async (pull, _args, context) =>
        whyNoDetails(pull, (await loadOpened(context, pull)) ?? null, context.store),
    }),
    files: t.field({
      type: FilesType,
      nullable: true,
      description: `Its largest files at \`headSha\`. If they are not known yet, the server asks for them and waits up to 3 seconds, for at most ${maxOpened} pull requests per request; null if they are not known then.`,
      resolve: async (pull, _args, context) => {
        const kept = await loadOpened(context, pull);
        return kept?.files ?? (await loadOpened(context, pull, 'readFiles'))?.files ?? null;
      },
    }),
  }),
});
