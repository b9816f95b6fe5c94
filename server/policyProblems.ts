import * as z from 'zod';
import { githubAddressOf } from '../contract/pulls/pullLinks.ts';
import { type Database, openDatabase, type Queryable } from '../database/database.ts';
import { requireExisting } from '../database/requireExisting.ts';
import { knowGithubPeople } from '../domain/access/githubPeople.ts';
import { needsPeople, type PolicyProblem, problemsOf } from '../domain/approvals/policyProblems.ts';
import { readInput } from '../domain/input/read.ts';
import { planDefinition } from '../domain/plans/planDefinition.ts';
import { knownPeopleOf } from './access/knownPeople.ts';
import type { ServerConfig } from './config.ts';

const policyInput = z.object({ plan: planDefinition });

/**
 * Finds the steps of a plan whose approvals nobody could give on a server of a configuration, without starting it: with the
 * people of its database, where that is there and can be read, else with those of the configuration alone.
 * @throws InvalidInputError
 */
export async function policyProblems(
  config: ServerConfig,
  plan: unknown,
  project = '',
): Promise<PolicyProblem[]> {
  const read = readInput(policyInput, { plan }).plan;
  const rule = config.approvalFloor?.({ project, name: read.name });
  const knownPeople = knownPeopleOf(config);
  const db = needsPeople(read, rule) ? await openExisting(config) : undefined;
  if (db === undefined) return problemsOf({ db: nobody, knownPeople }, read, rule);
  try {
    const githubUsers = knowGithubPeople(db, {
      issuer: githubAddressOf(config.githubApiUrl),
      mapped: config.githubUsers,
      isBesideIssuer: config.githubSignIn?.isBesideIssuer ?? false,
    });
    await githubUsers.refresh();
    return await problemsOf({ db, knownPeople, githubUsers }, read, rule);
  } finally {
    await db.close();
  }
}

/** Opens the database for reading alone; undefined where there is none, or it cannot be read now. */
async function openExisting({ database }: ServerConfig): Promise<Database | undefined> {
  try {
    await requireExisting(database);
    return await openDatabase(database, { readOnly: true });
  } catch {
    return undefined;
  }
}

/** Who asks it is told of nobody. */
const nobody: Queryable = { query: async () => [] };
