import { counted } from './words.ts';

export const copyTexts = { copy: 'Copy', copyJson: 'Copy JSON', copied: 'Copied', failed: 'Copying failed' };

export const listTexts = {
  more: 'Load more',
  loadingMore: 'Loading…',
  shown: (count: number, noun: string, nouns?: string) => `${counted(count, noun, nouns)} shown`,
  shownAll: (count: number, noun: string, nouns?: string) =>
    `${counted(count, noun, nouns)}, the end of the list`,
  fresh: (count: number, noun: string) => `${counted(count, `new ${noun}`)}`,
  manyFresh: (noun: string) => `50 or more new ${noun}s`,
  showFresh: 'show',
};

export const stateTexts = {
  loading: 'Loading…',
  retry: 'Try again',
  requestId: (id: string) => `The server’s log has it as ${id}.`,
  titles: {
    signedOut: 'Sign in to see this',
    forbidden: 'You may not see this',
    offline: 'The server does not answer',
    limited: 'Too many requests',
    unavailable: 'The server cannot answer now',
    outdated: 'Nightshift was updated',
    refused: 'The server refused this',
  },
  advice: {
    signedOut: 'You come back to this page afterwards.',
    forbidden: 'Ask an admin of this server for access.',
    offline: 'The page keeps trying. Is the server running, and this computer online?',
    limited: 'Wait a minute, then try again.',
    unavailable: 'The page tries again by itself. The database may be restarting.',
    outdated: 'Load the page again to go on.',
    refused: '',
  },
  signIn: 'Sign in',
  reload: 'Load again',
};

export const filterTexts = {
  heading: 'Filters',
  clear: 'Clear filters',
  remove: (label: string) => `Remove filter: ${label}`,
  add: 'Add',
  range: 'Started',
  anyTime: 'any time',
  lastDays: (days: number) => (days === 1 ? 'last 24 hours' : `last ${days} days`),
  ago: (text: string) => `last ${text}`,
  custom: 'from … to …',
  from: 'From',
  to: 'To',
  any: (label: string) => `${label}: any`,
  copyAs: 'Copy as',
  command: 'Command',
  graphql: 'GraphQL',
  curl: 'curl',
  columns: 'Columns',
  csv: 'CSV',
  csvBusy: (count: number) => `CSV: ${count.toLocaleString('en')} rows…`,
  csvCut: (count: number) =>
    `The CSV holds the newest ${count.toLocaleString('en')} rows. Choose a range of time for others.`,
  csvFailed: 'The CSV could not be made.',
};

export const logTexts = {
  copy: 'Copy log',
  line: (line: number) => `Line ${line}`,
  lines: 'Lines of the log',
  none: 'No output was recorded.',
};
