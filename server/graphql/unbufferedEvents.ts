import type { Plugin } from 'graphql-yoga';

/**
 * Says of streams of events that whatever stands between must pass each on as it comes: a proxy that gathers or
 * compresses them first (nginx does, as it is set up) lets no event through for as long as few come.
 */
export function useUnbufferedEvents(): Plugin {
  return {
    onResponse({ response }) {
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return;
      response.headers.set('x-accel-buffering', 'no');
      response.headers.set('cache-control', 'no-cache, no-transform');
    },
  };
}
