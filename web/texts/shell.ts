import { counted } from './words.ts';

export const shellTexts = {
  product: 'Nightshift',
  skip: 'Skip to content',
  nav: 'Views',
  views: {
    tonight: 'Tonight',
    tasks: 'Tasks',
    runs: 'Runs',
    approvals: 'Approvals',
    trends: 'Trends',
    settings: 'Settings',
  },
  plans: 'Plans',
  waiting: (count: number) => counted(count, 'task') + (count === 1 ? ' needs approval' : ' need approval'),
  title: (view: string, waiting: number) => `${waiting > 0 ? `(${waiting}) ` : ''}${view} · Nightshift`,
  zone: 'Time zone',
  zoneLocal: (zone: string) => `Yours: ${zone}`,
  zonePlan: (zone: string) => `Plans: ${zone}`,
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  help: 'Keyboard help',
  signIn: 'Sign in',
  you: (id: string) => `Signed in as ${id}`,
  footer: { graphiql: 'GraphiQL', docs: 'REST API' },
  notices: {
    lost: 'The server does not answer. What you see is what it said last; the page keeps trying.',
    signedOut: 'Your sign-in has ended. Sign in again to go on; you come back to this page as it is.',
    signIn: 'Sign in again',
    outdated: 'Nightshift was updated. Load the page again to go on.',
    reload: 'Load again',
  },
  notFound: {
    title: 'There is no such page',
    text: 'The address leads nowhere. Choose a view above.',
  },
  broken: {
    title: 'This view failed',
    text: 'Load the page again. If it fails again, report it with what you did.',
  },
};

export const helpTexts = {
  title: 'Keyboard',
  close: 'Close',
  keys: [
    ['?', 'show this help'],
    ['/', 'go to the filters'],
    ['j', 'next row'],
    ['k', 'previous row'],
    ['Enter', 'open the row'],
    ['a', 'approve: asks first'],
    ['r', 'reject: asks first'],
    ['Esc', 'close a dialog'],
    ['← → ↑ ↓', 'in the calendar of Trends: go from day to day'],
  ],
};
