import { z } from 'zod';
import type { Finding, ReportParts } from '../../report/report.ts';
import { lastLines, runTool, type ToolResult } from '../../repository/runTool.ts';
import type { Project } from '../project.ts';

const advisoryShape = z.object({
  name: z.string(),
  title: z.string(),
  url: z.string().optional(),
  severity: z.string(),
  range: z.string().optional(),
});

const auditShape = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      isDirect: z.boolean().optional(),
      via: z.array(z.union([z.string(), advisoryShape])),
      fixAvailable: z
        .union([
          z.boolean(),
          z.object({ name: z.string(), version: z.string(), isSemVerMajor: z.boolean().optional() }),
        ])
        .optional(),
    }),
  ),
});

const faultShape = z.object({
  message: z.string().optional(),
  error: z.object({ summary: z.string().optional(), code: z.string().optional() }).optional(),
});

/** Offline, npm would report that there are no advisories without having asked. */
const auditArguments = [
  ...['audit', '--json', '--package-lock-only', '--no-offline'],
  ...['--fetch-retries=1', '--no-update-notifier'],
];

/**
 * Asks the registry for known advisories about the locked packages; its silence is not a failure, but it is said. `more`
 * are further arguments of `npm audit`.
 */
export async function checkAdvisories(
  { cwd, lockfile, auditTimeoutMs }: Pick<Project, 'cwd' | 'lockfile' | 'auditTimeoutMs'>,
  more: readonly string[] = [],
): Promise<ReportParts> {
  const unasked = (why: string): ReportParts => ({ notChecked: [{ what: 'known advisories', why }] });
  if (auditTimeoutMs === undefined) return unasked('switched off with --no-advisories');
  if (lockfile === undefined) return unasked('there is no lock file to read');
  if (lockfile.manager !== 'npm') return unasked(`supported only for npm; run ${lockfile.manager} audit`);
  if (lockfile.packages.length === 0) return {};
  const result = await runTool({
    program: 'npm',
    args: [...auditArguments, ...more],
    cwd,
    timeoutMs: auditTimeoutMs,
  });
  const audit = auditShape.safeParse(parseJson(result.stdout));
  if (!audit.success) return unasked(`the registry did not answer: ${whySilent(result)}`);
  const findings = Object.values(audit.data.vulnerabilities).flatMap(({ via, fixAvailable }) =>
    via.flatMap((one) => (typeof one === 'string' ? [] : [advisory(one, fixAvailable, lockfile.file)])),
  );
  return {
    findings,
    checked: [{ what: 'packages against known advisories', count: lockfile.packages.length }],
  };
}

type Fix = z.infer<typeof auditShape>['vulnerabilities'][string]['fixAvailable'];

function advisory(
  { name, title, url, severity, range }: z.infer<typeof advisoryShape>,
  fix: Fix,
  file: string,
): Finding {
  return {
    rule: `advisory/${severity}`,
    severity: severity === 'high' || severity === 'critical' ? 'error' : 'warning',
    message: `${name}${range === undefined ? '' : ` ${range}`}: ${title} (${severity})`,
    file,
    url,
    hint: fixHint(fix),
  };
}

function fixHint(fix: Fix): string | undefined {
  if (fix === false) return 'No fixed version is known yet.';
  if (fix === true) return 'npm audit fix';
  return fix === undefined
    ? undefined
    : `npm install ${fix.name}@${fix.version}${fix.isSemVerMajor ? ' (a new major)' : ''}`;
}

function whySilent({ stdout, stderr, failure }: ToolResult): string {
  const fault = faultShape.safeParse(parseJson(stdout)).data;
  const said = fault?.error?.summary || fault?.message || fault?.error?.code;
  return failure ?? said ?? (lastLines(stderr, 1) || 'no reason given');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
