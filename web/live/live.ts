import { shared } from '../data/shared.ts';
import type { LiveEvent, LiveState } from './events.ts';
import { takePart } from './lead.ts';
import { createRunSource } from './runSource.ts';

/** What the tabs of a browser say to each other. */
type Message =
  | { say: 'event'; event: LiveEvent }
  | { say: 'state'; state: LiveState }
  /** A run is looked at. */
  | { say: 'look'; runId: string }
  /** Who leads wants to know how it stands: which run is looked at; a new tab: what the state is. */
  | { say: 'ask' };

/** How the stream is that this browser's tabs share. */
export const liveState = shared<LiveState>('connecting');

const listeners = new Set<(event: LiveEvent) => void>();
/** The run that was looked at last, in whichever tab. */
const looked = shared<string | undefined>(undefined);
/** The run that this tab looks at. */
let own: string | undefined;
let isLeading = false;
let channel: BroadcastChannel | undefined;

/** Begins to follow the server, together with the other tabs of this browser. */
export function startLive(): () => void {
  channel = new BroadcastChannel('nightshift-live');
  channel.onmessage = ({ data }: MessageEvent<Message>) => hear(data);
  const leave = takePart({
    source: async (context) => {
      isLeading = true;
      say({ say: 'ask' });
      // Whatever happened since the last one led was missed.
      publish({ type: 'gap' });
      try {
        await createRunSource({ current: looked.get, follow: looked.follow })(context);
      } finally {
        isLeading = false;
      }
    },
    emit: publish,
    tell(state) {
      liveState.set(state);
      if (isLeading) say({ say: 'state', state });
    },
  });
  say({ say: 'ask' });
  const onVisibility = () => {
    if (document.visibilityState !== 'visible') return;
    say({ say: 'ask' });
    lookAt(own);
  };
  document.addEventListener('visibilitychange', onVisibility);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    leave();
    channel?.close();
    channel = undefined;
  };
}

/** Calls back for what changed at the server, in whichever tab it was heard, until what it returns is called. */
export function onLive(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Says which run this tab looks at, so that its changes are heard as they happen. */
export function lookAt(runId: string | undefined): void {
  own = runId;
  if (runId === undefined) return;
  looked.set(runId);
  say({ say: 'look', runId });
}

function publish(event: LiveEvent): void {
  say({ say: 'event', event });
  tellHere(event);
}

/** Tells the views of this tab what happened. */
export function tellHere(event: LiveEvent): void {
  for (const listener of listeners) listener(event);
}

function hear(message: Message): void {
  if (message.say === 'event') tellHere(message.event);
  else if (message.say === 'state') liveState.set(message.state);
  else if (message.say === 'look') looked.set(message.runId);
  else {
    if (isLeading) say({ say: 'state', state: liveState.get() });
    if (own !== undefined && document.visibilityState === 'visible') say({ say: 'look', runId: own });
  }
}

function say(message: Message): void {
  channel?.postMessage(message);
}
