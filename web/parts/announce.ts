import { shared } from '../data/shared.ts';

/** What screen readers are to say next. */
export const announcement = shared('');

/** Has screen readers say something, also when it is the same as before. */
export function announce(text: string): void {
  announcement.set(announcement.get() === text ? `${text}\u00a0` : text);
}
