import { at, type Issue } from './issue.ts';
import type { Rule } from './rule.ts';
import type { Site } from './site.ts';

/** Which findings count: names of families (`title`) or of single rules (`title/length`). */
export interface Selection {
  only: string[];
  ignore: string[];
}

/** Runs every selected rule on a site and returns what they and the reading of the site found. */
export function checkSite(site: Site, rules: readonly Rule[], selection: Selection): Issue[] {
  const found = rules.flatMap((rule) => [
    ...site.pages.flatMap((page) => [...unlessOdd(rule, at(page), () => rule.page?.(page, site))]),
    ...unlessOdd(rule, { url: site.base.href }, () => rule.site?.(site)),
  ]);
  return [...site.issues, ...found.filter((issue) => isSelected(issue.rule, selection))];
}

/** Keeps a page that a rule is not prepared for from ending the whole check: it becomes a finding of that page. */
function* unlessOdd(
  rule: Rule,
  place: Partial<Issue>,
  examine: () => Iterable<Issue> | undefined,
): Iterable<Issue> {
  try {
    yield* examine() ?? [];
  } catch (error) {
    yield {
      rule: `${rule.family}/unchecked`,
      severity: 'error',
      message: `This check could not finish: ${error instanceof Error ? error.message : error}.`,
      hint: 'The page contains something that this check does not expect.',
      ...place,
    };
  }
}

function isSelected(rule: string, { only, ignore }: Selection): boolean {
  const named = (names: string[]) => names.some((name) => name === rule || rule.startsWith(`${name}/`));
  return (only.length === 0 || named(only)) && !named(ignore);
}
