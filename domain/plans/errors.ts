import { DomainError } from '../input/errors.ts';

/** A project has a plan of this name in another file of its repository. */
export class PlanElsewhereError extends DomainError {
  /** The path of that file. */
  readonly path: string;

  constructor(plan: string, path: string, givenPath: string) {
    super(
      `The plan ${plan} is defined in both ${path} and ${givenPath}. Rename one of them, or delete the one you do not need.`,
    );
    this.path = path;
  }
}
