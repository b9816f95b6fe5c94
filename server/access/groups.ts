import * as z from 'zod';
import { identityKey } from '../../domain/viewer.ts';

/** The groups of each viewer, by its identity in lower case. */
export type ViewerGroups = ReadonlyMap<string, readonly string[]>;

/** Groups and who belongs to them, e.g. `release=ann@example.org,admin; ops=ben@example.org`. */
export const viewerGroups = z
  .string()
  .default('')
  .transform((text) => text.split(';').filter((group) => group.trim() !== ''))
  .pipe(
    z.array(
      z.string().regex(/^\s*[\w.-]{1,64}\s*=\s*[^\s=,;]{1,128}(\s*,\s*[^\s=,;]{1,128})*\s*$/, {
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
