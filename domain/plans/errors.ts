import { DomainError } from '../input/errors.ts';

/** A project has a plan of this name in another file of its repository. */
export class PlanElsewhereError extends DomainError {
  /** The path of that file. */
  readonly path: string;

  constructor(plan: string, path: string, givenPath: string) {
    super(
      `The plan ${plan} stands in ${path} and in ${givenPath}: give one of them another name, or delete the one that is not meant.`,
    );
    this.path = path;
  }
}
