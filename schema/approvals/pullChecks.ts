import { checkStateFacts, checksStateFacts } from '../../contract/words/pulls.ts';
import type { PullCheck, PullChecks, PullFile, PullFiles } from '../../domain/pulls/details.ts';
import { builder } from '../builder.ts';
import { enumOf } from '../enums.ts';

const CheckStateEnum = enumOf('CheckState', checkStateFacts, { description: 'How one check ended.' });

const ChecksStateEnum = enumOf('ChecksState', checksStateFacts, {
  description: 'What the checks of a commit amount to.',
});

const CheckType = builder.objectRef<PullCheck>('PullCheck').implement({
  description: 'One check of a commit.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, at most 100 characters.' }),
    state: t.expose('state', { type: CheckStateEnum, description: 'How it ended.' }),
    isRequired: t.exposeBoolean('isRequired', {
      description: 'Whether the pull request cannot be merged without it.',
    }),
    url: t.exposeString('url', {
      nullable: true,
      description: 'Its page on the host of the pull request; null if it has none there.',
    }),
  }),
});

/** `PullChecks`: the checks of a head commit. */
export const ChecksType = builder.objectRef<PullChecks>('PullChecks').implement({
  description: 'The checks of a head commit. The numbers are null if they could not be counted.',
  fields: (t) => ({
    state: t.expose('state', { type: ChecksStateEnum, description: 'What they amount to.' }),
    passed: t.exposeInt('passed', { nullable: true, description: 'How many have passed.' }),
    failed: t.exposeInt('failed', { nullable: true, description: 'How many have failed.' }),
    running: t.exposeInt('running', { nullable: true, description: 'How many have not finished.' }),
    skipped: t.exposeInt('skipped', { nullable: true, description: 'How many were skipped.' }),
    named: t.field({
      type: [CheckType],
      description:
        'Those to look at, at most 20: failed ones first, then those that run, then other required ones.',
      resolve: ({ named }) => named,
    }),
    isComplete: t.exposeBoolean('isComplete', { description: 'Whether all checks were read.' }),
    problem: t.exposeString('problem', {
      nullable: true,
      description: 'Why they were not read, or not all of them; null if they were.',
    }),
  }),
});

const FileType = builder.objectRef<PullFile>('PullFile').implement({
  description: 'A file that a pull request changes.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Its path, at most 300 characters.' }),
    additions: t.exposeInt('additions', { description: 'How many lines are added.' }),
    deletions: t.exposeInt('deletions', { description: 'How many lines are deleted.' }),
  }),
});

/** `PullFiles`: the largest files of a pull request. */
export const FilesType = builder.objectRef<PullFiles>('PullFiles').implement({
  description: 'The largest files of a pull request.',
  fields: (t) => ({
    largest: t.field({
      type: [FileType],
      description: 'At most 20, the largest change first.',
      resolve: ({ largest }) => largest,
    }),
    seen: t.exposeInt('seen', { description: 'How many files were looked at, at most 300.' }),
    isComplete: t.exposeBoolean('isComplete', {
      description:
        'Whether these were all files, and the host counted the lines of each: behind a very large diff GitHub says 0.',
    }),
  }),
});
