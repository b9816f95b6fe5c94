import type { LiveEvent } from './events.ts';
import { followChanges } from './followChanges.ts';
import { takePart } from './lead.ts';
import { liveName } from './liveName.ts';

const listeners = new Set<(event: LiveEvent) => void>();

/** Begins to follow the server, together with the other tabs of this browser. */
export function startLive(): () => void {
  const channel = new BroadcastChannel(liveName);
  channel.onmessage = ({ data }: MessageEvent<LiveEvent>) => tellHere(data);
  const leave = takePart({
    source: followChanges,
    emit(event) {
      channel.postMessage(event);
      tellHere(event);
    },
  });
  return () => {
    leave();
    channel.close();
  };
}

/** Calls back for what changed at the server, in whichever tab it was heard, until what it returns is called. */
export function onLive(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells the views of this tab what happened. */
export function tellHere(event: LiveEvent): void {
  for (const listener of listeners) listener(event);
}
