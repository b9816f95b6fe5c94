import { beforeEach, expect, it } from 'vitest';
import { delegate } from '../../../domain/access/delegations.ts';
import { createKeyInput, rotateKeyInput } from '../../../domain/access/keyInput.ts';
import { createKey, rotateKey } from '../../../domain/access/keys.ts';
import { linkPerson, unlinkPerson } from '../../../domain/access/linkPeople.ts';
import { delegateInput, linkPersonInput, unlinkPersonInput } from '../../../domain/access/personInput.ts';
import { describeOnBoth } from '../../support/databases.ts';
import { storeOf, viewerNamed } from '../../support/domain.ts';
import { browserOf, signIn } from '../../support/people.ts';

const zoe = viewerNamed('zoe@example.org');
const yan = viewerNamed('yan@example.org');

describeOnBoth('An account that leaves its person', (database) => {
  const store = storeOf(database);
  beforeEach(() => database.truncate());
  const enter = async (subject: string) => {
    const known = await signIn(store, `${subject}@example.org`, { grants: ['approver'], subject });
    return { principal: known.principal, viewer: await browserOf(store, known) };
  };
  type Entered = Awaited<ReturnType<typeof enter>>;
  const makeKey = ({ viewer }: Entered, name: string) =>
    createKey(store, viewer, createKeyInput.parse({ name, person: true, scopes: ['approve'] }));
  const nameDelegate = ({ viewer }: Entered, to: string) =>
    delegate(
      store,
      viewer,
      delegateInput.parse({ to, until: new Date(Date.now() + 86_400_000).toISOString() }),
    );
  const link = ({ principal }: Entered, person: string) =>
    linkPerson(store, zoe, linkPersonInput.parse({ principal: String(principal), person }));
  const left = async () => ({
    keys: await store.db.query<object>({
      text: 'SELECT name, revoked_by AS by FROM api_keys ORDER BY id',
    }),
    delegates: await store.db.query<object>({
      text: 'SELECT label FROM delegations JOIN people ON people.id = delegate_id WHERE ended_at IS NULL',
    }),
  });

  /** Bob, who has a key and a delegate; then Eve's account is linked to him, which makes both too. */
  async function linked(): Promise<Entered> {
    const bob = await enter('bob');
    const eve = await enter('eve');
    await enter('ann');
    await enter('cy');
    await makeKey(bob, 'before');
    await nameDelegate(bob, 'ann@example.org');
    await link(eve, 'bob@example.org');
    const asBob = await enter('eve');
    await makeKey(asBob, 'meanwhile');
    await nameDelegate(asBob, 'cy@example.org');
    return asBob;
  }

  it('takes with it the keys that were made with it, and the delegates that were named since it was linked', async () => {
    const { principal } = await linked();
    await unlinkPerson(store, yan, unlinkPersonInput.parse({ principal: String(principal) }));
    expect(await left()).toEqual({
      keys: [
        { name: 'before', by: null },
        { name: 'meanwhile', by: yan.id },
      ],
      delegates: [{ label: 'ann@example.org' }],
    });
    const text = "SELECT note FROM decisions WHERE action = 'unlink_person'";
    expect(await store.db.query<object>({ text })).toEqual([
      { note: expect.stringMatching(/^account 2 \(issuer\); revoked nsk_\S+…; ended 1 delegation$/) },
    ]);
  });

  it('does so when it is linked to somebody else', async () => {
    await link(await linked(), 'ann@example.org');
    expect(await left()).toMatchObject({
      keys: [{ by: null }, { by: zoe.id }],
      delegates: [{ label: 'ann@example.org' }],
    });
  });

  it('takes the keys that were made with it, and none of another account', async () => {
    const { principal } = await linked();
    await makeKey(await enter('bob'), 'beside');
    await unlinkPerson(store, yan, unlinkPersonInput.parse({ principal: String(principal) }));
    expect((await left()).keys).toEqual([
      { name: 'before', by: null },
      { name: 'meanwhile', by: yan.id },
      { name: 'beside', by: null },
    ]);
  });

  it('takes a key that was made with it, however old', async () => {
    const bob = await enter('bob');
    await makeKey(bob, 'first');
    await store.db.query({ text: 'UPDATE principals SET created_at = clock_timestamp()' });
    await unlinkPerson(store, yan, unlinkPersonInput.parse({ principal: String(bob.principal) }));
    expect((await left()).keys).toEqual([{ name: 'first', by: yan.id }]);
  });

  it('takes every key from before accounts of keys were known that is newer than its link', async () => {
    const { principal } = await linked();
    await makeKey(await enter('bob'), 'beside');
    await store.db.query({ text: 'UPDATE api_keys SET principal_id = NULL' });
    await unlinkPerson(store, yan, unlinkPersonInput.parse({ principal: String(principal) }));
    expect((await left()).keys).toEqual([
      { name: 'before', by: null },
      { name: 'meanwhile', by: yan.id },
      { name: 'beside', by: yan.id },
    ]);
  });

  it('takes what a key was rotated to with it, and leaves what another account has rotated', async () => {
    const eve = await linked();
    const rotate = ({ viewer }: Entered, name: string) =>
      rotateKey(store, viewer, rotateKeyInput.parse({ name, person: true }));
    await rotate(eve, 'before');
    await rotate(await enter('bob'), 'meanwhile');
    await unlinkPerson(store, yan, unlinkPersonInput.parse({ principal: String(eve.principal) }));
    expect((await left()).keys).toEqual([
      { name: 'before', by: null },
      { name: 'meanwhile', by: yan.id },
      { name: 'before', by: yan.id },
      { name: 'meanwhile', by: null },
    ]);
  });

  it('takes all of them where it was there from the start', async () => {
    const bob = await enter('bob');
    await enter('ann');
    await makeKey(bob, 'first');
    await nameDelegate(bob, 'ann@example.org');
    await unlinkPerson(store, yan, unlinkPersonInput.parse({ principal: String(bob.principal) }));
    expect(await left()).toEqual({ keys: [{ name: 'first', by: yan.id }], delegates: [] });
  });
});
