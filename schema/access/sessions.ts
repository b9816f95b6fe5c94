import { isSame } from '../../contract/people/identityKey.ts';
import { sessionClientFacts, sessionStateFacts } from '../../contract/words/people.ts';
import { endAllSessions, endOneSession } from '../../domain/access/endSessions.ts';
import {
  ownSessions,
  type Session,
  type SessionOwnerFilter,
  sessionsInput,
  sessionsOf,
} from '../../domain/access/session.ts';
import { countSessions, findSession, readSessionPage } from '../../domain/access/sessionPages.ts';
import { InvalidInputError } from '../../domain/input/errors.ts';
import { readInput } from '../../domain/input/read.ts';
import { mayDo, type Viewer } from '../../domain/input/viewer.ts';
import { builder } from '../builder.ts';
import { connect, maxTotalCount } from '../connection.ts';
import { enumOf } from '../enums.ts';
import { refusal } from '../unauthorized.ts';
import { ProofEnum, ViewerType } from '../viewer.ts';

const SessionClientEnum = enumOf('SessionClient', sessionClientFacts, {
  description: 'Where somebody is signed in.',
});

const SessionStateEnum = enumOf('SessionState', sessionStateFacts, {
  description: 'Whether a session lasts.',
});

/** `Session`: no node, since whoever may read nodes may not read where others are signed in. */
const SessionType = builder.objectRef<Session>('Session').implement({
  description: 'Where somebody is signed in.',
  fields: (t) => ({
    databaseId: t.exposeInt('id', { description: 'Identifies the session.' }),
    owner: t.exposeString('owner', {
      description: 'Who is signed in, as the audit log names them.',
    }),
    state: t.expose('state', { type: SessionStateEnum, description: 'Whether it lasts.' }),
    client: t.expose('client', { type: SessionClientEnum, description: 'Where they are signed in.' }),
    proof: t.expose('proof', { type: ProofEnum, description: 'By what they proved who they are.' }),
    isCurrent: t.boolean({
      description: 'Whether your own request belongs to it.',
      resolve: ({ id }, _args, { viewer }) => viewer.session?.id === id,
    }),
    address: t.exposeString('address', { nullable: true, description: 'Where they signed in from.' }),
    agent: t.exposeString('agent', {
      nullable: true,
      description: 'The browser or program, as it named itself.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they signed in.' }),
    lastUsedAt: t.expose('seenAt', {
      type: 'DateTime',
      description: 'When it was last used, to the minute.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it expires, unless it is used before that. No session lasts more than 12 hours.',
    }),
    endedAt: t.expose('endedAt', { type: 'DateTime', nullable: true, description: 'When it was ended.' }),
    endedBy: t.exposeString('endedBy', { nullable: true, description: 'Who ended it.' }),
  }),
});

builder.objectField(ViewerType, 'session', (t) =>
  t.field({
    type: SessionType,
    nullable: true,
    description: 'Your session; null if you sent a key, or are signed in by the proxy.',
    resolve: async ({ session }, _args, { store }) =>
      session === undefined ? null : ((await findSession(store.db, session.id)) ?? null),
  }),
);

const SessionConnection = builder.connectionObject(
  { type: SessionType, name: 'SessionConnection', description: 'A page of sessions, newest first.' },
  { name: 'SessionEdge', description: 'A session and its position in the list.' },
);

builder.queryFields((t) => ({
  sessions: t.connection(
    {
      type: SessionType,
      description: 'Your sessions, newest first, page by page. Those of others require the `admin` scope.',
      args: {
        of: t.arg.string({ description: 'Whose, e.g. `ann@example.org` or `service:ci`. Default: yours.' }),
        everybody: t.arg.boolean({ defaultValue: false, description: 'The sessions of everybody.' }),
        all: t.arg.boolean({ defaultValue: false, description: 'Whether to include those that have ended.' }),
      },
      resolve: (_root, { of, everybody, all, ...page }, context) => {
        const { store, viewer } = context;
        const filter = { ...whose(viewer, of, everybody ?? false), all: all ?? false };
        return connect(
          context,
          page,
          (range) => readSessionPage(store.db, filter, range),
          () => countSessions(store.db, filter, maxTotalCount),
        );
      },
    },
    SessionConnection,
  ),
}));

const EndedSessionsType = builder.objectRef<{ count: number }>('EndedSessions').implement({
  description: 'The sessions that were ended.',
  fields: (t) => ({ count: t.exposeInt('count', { description: 'How many.' }) }),
});

const EndSessionInput = builder.inputType('EndSessionInput', {
  description: 'Which session to end.',
  fields: (t) => ({ databaseId: t.int({ required: true, description: 'The session.' }) }),
});

const EndSessionsInput = builder.inputType('EndSessionsInput', {
  description: 'Whose sessions to end.',
  fields: (t) => ({
    of: t.string({ description: 'Whose, e.g. `ann@example.org` or `service:ci`. Default: yours.' }),
  }),
});

builder.mutationFields((t) => ({
  endSession: t.field({
    type: SessionType,
    description:
      'Ends one of your sessions: within 5 seconds it works nowhere. One of somebody else needs the scope `admin`.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: EndSessionInput, required: true, description: 'The session.' }) },
    resolve: (_root, { input }, { store, viewer, via }) => {
      const owner = mayDo(viewer, 'admin') ? everybodys : whose(viewer, undefined, false);
      return endOneSession(store, viewer, { id: input.databaseId, owner }, via);
    },
  }),
  endSessions: t.field({
    type: EndedSessionsType,
    description:
      'Ends all of your sessions, this one included, or all of somebody else, which needs the scope `admin`: within 5 seconds they work nowhere.',
    errors: { types: [InvalidInputError] },
    args: { input: t.arg({ type: EndSessionsInput, required: true, description: 'Whose.' }) },
    resolve: async (_root, { input }, { store, viewer, via }) => ({
      count: await endAllSessions(store, viewer, whose(viewer, input.of, false), via),
    }),
  }),
}));

const everybodys: SessionOwnerFilter = { kind: null, name: null };

/** Whose sessions a viewer means. @throws GraphQLError when it may not, InvalidInputError */
function whose(viewer: Viewer, name: string | null | undefined, everybody: boolean): SessionOwnerFilter {
  const { of } = readInput(sessionsInput, { of: name });
  if (!everybody && (of == null || isSame(of, viewer.id))) {
    const own = ownSessions(viewer);
    if (own === undefined) throw refusal(viewer, 'admin');
    return own;
  }
  if (!mayDo(viewer, 'admin')) throw refusal(viewer, 'admin');
  return everybody || of == null ? everybodys : sessionsOf(of);
}
