import * as z from 'zod';
import { type PolicyProblem, problemsOf } from '../domain/approvals/policyProblems.ts';
import { readInput } from '../domain/input/read.ts';
import { planDefinition } from '../domain/plans/planDefinition.ts';
import { knownPeopleOf, type PeopleConfig } from './access/knownPeople.ts';

const policyInput = z.object({ plan: planDefinition });

/** Finds the steps of a plan whose approvals nobody could give on a server of a configuration, without starting it. @throws InvalidInputError */
export function policyProblems(config: PeopleConfig, plan: unknown): PolicyProblem[] {
  return problemsOf(readInput(policyInput, { plan }).plan, knownPeopleOf(config));
}
