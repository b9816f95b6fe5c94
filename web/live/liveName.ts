import { basePath } from '../data/base.ts';

/** By what the tabs of one server know each other: below one name there may be several servers, each with its path. */
export const liveName = `nightshift-live ${basePath}`;
