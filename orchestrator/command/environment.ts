import { delimiter, dirname } from 'node:path';
import type { Variables } from '../../contract/environment/environment.ts';
import { ownValue } from '../../contract/ownValue.ts';
import type { Step } from '../plan/schema.ts';

/**
 * Builds the whole environment of a command: what every program needs to run, what its step names, and what Nightshift
 * gives it. Nothing else of the orchestrator's own environment gets through, so no key does.
 */
export function commandEnvironment(
  own: Variables,
  step: Step,
  given: Variables,
  account?: { name: string; home: string | undefined },
): Record<string, string> {
  const passed = Object.entries(own).filter(
    ([name]) => isCommon(name) && (account === undefined || !personal.has(name)),
  );
  const person =
    account === undefined ? {} : { HOME: account.home, USER: account.name, LOGNAME: account.name };
  const named = [
    ...step.secrets.map((name) => [name, ownValue(own, name)] as const),
    ...Object.entries(step.env).map(
      ([name, value]) => [name, value === true ? ownValue(own, name) : value] as const,
    ),
  ];
  const entries = [
    ...passed,
    ...Object.entries(person),
    ['CI', '1'] as const,
    ...named,
    ...Object.entries(given),
  ];
  const variables = Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return { ...variables, PATH: withOwnNode(variables.PATH) };
}

/** `node` in a command is the one that runs the orchestrator, whatever the machine has. */
function withOwnNode(path: string | undefined): string {
  return [dirname(process.execPath), ...(path ? [path] : [])].join(delimiter);
}

function isCommon(name: string): boolean {
  return (common.has(name) || families.test(name)) && !forbidden.test(name);
}

const common = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TMP',
  'TEMP',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'npm_config_registry',
  'npm_config_cache',
  'npm_config_userconfig',
  'NPM_CONFIG_REGISTRY',
  'NPM_CONFIG_CACHE',
  // Windows
  'SystemRoot',
  'ComSpec',
  'PATHEXT',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'ProgramFiles',
  'Path',
]);

// What leads to files of the worker's own user.
const personal = new Set([
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'TMPDIR',
  'TMP',
  'TEMP',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'npm_config_cache',
  'npm_config_userconfig',
  'NPM_CONFIG_CACHE',
]);

// What CI systems tell of the checkout; their credentials, and the files by which a step commands them, stay out.
const families = /^(LC_|GITHUB_|RUNNER_)/;
const forbidden = /TOKEN|SECRET|PASSWORD|CREDENTIAL|_KEY$|^GITHUB_(ENV|PATH|OUTPUT|STATE)$/;
