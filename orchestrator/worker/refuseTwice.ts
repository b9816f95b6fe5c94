import { PlanError } from '../plan/readPlan.ts';

/** What a plan file holds. */
export interface NamedFile {
  /** The plan with its project. */
  label: string;
  file: string;
}

/** Refuses a plan that another file has too. @throws PlanError */
export function refuseTwice(own: NamedFile, others: readonly NamedFile[]): void {
  const other = others.find(({ label, file }) => label === own.label && file !== own.file);
  if (other === undefined) return;
  const [first, second] = [own.file, other.file].sort();
  throw new PlanError(
    `The plan ${own.label} is in both ${first} and ${second}: rename one of them, or remove one.`,
  );
}
