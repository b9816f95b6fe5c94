import type { Issue } from './issue.ts';
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
    ...site.pages.flatMap((page) => [...(rule.page?.(page, site) ?? [])]),
    ...(rule.site?.(site) ?? []),
  ]);
  return [...site.issues, ...found.filter((issue) => isSelected(issue.rule, selection))];
}

function isSelected(rule: string, { only, ignore }: Selection): boolean {
  const named = (names: string[]) => names.some((name) => name === rule || rule.startsWith(`${name}/`));
  return (only.length === 0 || named(only)) && !named(ignore);
}
