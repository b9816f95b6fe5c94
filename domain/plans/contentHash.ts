import { createHash } from 'node:crypto';
import type { Queryable } from '../../database/database.ts';
import { statement } from '../../database/statement.ts';

/** By what a content of a plan is known that is not its project's alone. */
export interface DerivedHash {
  hash: string;
  /** What the hash is made of beside the content; null for the name of the project. */
  hashedFor: string | null;
}

/**
 * Gives a content a hash for its project, within a transaction that stands in line for projects: a new one where a plan
 * that went on under another name has the usual one.
 */
export async function deriveHash(tx: Queryable, project: string, contentHash: string): Promise<DerivedHash> {
  for (let number = 1; ; number += 1) {
    // No name of a project has a line break.
    const hashedFor = number === 1 ? null : `${project}\n${number}`;
    const hash = derivedHash(hashedFor ?? project, contentHash);
    const taken = await tx.query(isHashTaken(hash));
    if (taken.length === 0) return { hash, hashedFor };
  }
}

const isHashTaken = statement({ name: 'is_hash_taken', text: 'SELECT 1 FROM plans WHERE hash = $1' });

/** The hash of a content that is not its project's alone. */
export function derivedHash(madeFor: string, contentHash: string): string {
  return createHash('sha256').update(`${madeFor}\n${contentHash}`).digest('hex');
}

/** The condition that a row of plans has the content whose hash a value is, by whichever hash it is known. */
export function hasContent(contentHash: string): string {
  const derived = `encode(sha256(convert_to(coalesce(hashed_for, project) || E'\\n' || ${contentHash}::text, 'UTF8')), 'hex')`;
  return `(hash = ${contentHash}::text OR hash = ${derived})`;
}
