import * as z from 'zod';
import { identityKey } from '../../contract/people/identityKey.ts';

/** The groups of each viewer, by its identity as it is compared. */
export type ViewerGroups = ReadonlyMap<string, readonly string[]>;

/** Groups and who belongs to them, e.g. `release=ann@example.org,admin; ops=ben@example.org`. */
export const viewerGroups = z
  .string()
  .default('')
  .transform((text) => text.split(';').filter((group) => group.trim() !== ''))
  .pipe(
    z.array(
      z.string().refine(isGroup, {
        error: 'expected groups such as release=ann@example.org,ben@example.org with semicolons between them',
      }),
    ),
  )
  .transform(byMember);

/** Makes the function that gives the groups of a viewer. */
export function groupReader(groups: ViewerGroups = new Map()): (viewer: string) => readonly string[] {
  return (viewer) => groups.get(identityKey(viewer)) ?? [];
}

function byMember(groups: readonly string[]): ViewerGroups {
  const found = new Map<string, string[]>();
  for (const group of groups) {
    const [name = '', members = ''] = group.split('=').map((part) => part.trim());
    for (const member of members.split(',').map((one) => identityKey(one.trim()))) {
      const of = found.get(member) ?? [];
      if (!of.includes(name)) found.set(member, [...of, name]);
    }
  }
  return found;
}

/** Looked at part by part: one expression for all would have to try where each blank belongs. */
function isGroup(text: string): boolean {
  const [name = '', members, ...more] = text.split('=');
  if (members === undefined || more.length > 0 || !/^[\w.-]{1,64}$/.test(name.trim())) return false;
  return members.split(',').every((member) => /^[^\s=;]{1,128}$/.test(member.trim()));
}
