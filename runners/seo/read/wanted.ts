/** How the site is asked. */
export interface FetcherOptions {
  agent: string;
  timeoutMs: number;
  /** Least time between the starts of two requests. */
  delayMs: number;
  /** Most requests at a time. */
  concurrency: number;
  /** A body above this is given up. */
  maxBytes: number;
}

/** What an answer should bring: its body if its type fits, or nothing but its status. */
export interface Wanted {
  method: 'GET' | 'HEAD';
  /** The body is read only when this says so of the Content-Type. */
  wantsBody(contentType: string): boolean;
  maxBytes?: number;
}
