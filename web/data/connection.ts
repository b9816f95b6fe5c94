import type { AskError } from './askError.ts';
import { shared } from './shared.ts';

/** Whether the server answers: `lost` from the first question without an answer until the next one with. */
export const connection = shared<'there' | 'lost'>('there');

/** Whether the server has said that nobody is signed in, though the page asked for something that needs it. */
export const signedOut = shared(false);

/** Whether the server was updated since this page was loaded. */
export const outdated = shared(false);

/** Notes that the server answered, whatever it said. */
export function noteAnswer(): void {
  connection.set('there');
}

/** Notes what a question failed of. */
export function noteProblem({ problem }: AskError): void {
  connection.set(problem === 'offline' ? 'lost' : 'there');
  if (problem === 'signedOut') signedOut.set(true);
  if (problem === 'outdated') outdated.set(true);
}
