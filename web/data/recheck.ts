import { pageSecretName } from '../../contract/protocol.ts';
import { PageViewerDocument, type PageViewerQuery } from '../generated/graphql.ts';
import { ask } from './ask.ts';
import { connection, signedOut } from './connection.ts';
import { queryClient, readAgain } from './queryClient.ts';
import { keyOf } from './useAsk.ts';

const everyMs = 5000;

/**
 * Asks again while the server is lost or nobody is signed in: from time to time, when somebody comes back to this tab, and
 * when another tab signs in. As soon as it is well, everything that is shown is read again, and `onBack` is called.
 */
export function startRecheck(onBack: () => void): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let wasLost = false;
  const stopFollowing = connection.follow(() => {
    const isLost = connection.get() === 'lost';
    clearInterval(timer);
    if (isLost) timer = setInterval(() => void recheck(onBack), everyMs);
    else if (wasLost) {
      void readAgain();
      onBack();
    }
    wasLost = isLost;
  });
  const onStorage = ({ key }: StorageEvent) => {
    if (key === null || key === pageSecretName) void recheck(onBack, true);
  };
  const onFocus = () => {
    if (document.visibilityState === 'visible' && signedOut.get()) void recheck(onBack);
  };
  window.addEventListener('storage', onStorage);
  window.addEventListener('focus', onFocus);
  document.addEventListener('visibilitychange', onFocus);
  return () => {
    stopFollowing();
    clearInterval(timer);
    window.removeEventListener('storage', onStorage);
    window.removeEventListener('focus', onFocus);
    document.removeEventListener('visibilitychange', onFocus);
  };
}

/**
 * Asks who is signed in now. A server that shows everything to this computer refuses nothing when a sign-in ends, so that
 * this alone tells of it.
 */
export async function checkViewer(): Promise<PageViewerQuery> {
  const key = keyOf(PageViewerDocument, {});
  const before = queryClient.getQueryData<PageViewerQuery>(key);
  const answer = await ask(PageViewerDocument, {});
  queryClient.setQueryData(key, answer);
  if (before?.viewer.session && answer.viewer.session === null) signedOut.set(true);
  return answer;
}

/** Asks who is signed in now; reads everything again where somebody is. */
async function recheck(onBack: () => void, isOther = false): Promise<void> {
  try {
    const isSignedIn = (await checkViewer()).viewer.session !== null;
    if (!isOther && !(signedOut.get() && isSignedIn)) return;
    if (isSignedIn) signedOut.set(false);
    await readAgain();
    onBack();
  } catch {
    // It is asked again.
  }
}
