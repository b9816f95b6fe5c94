import { ownValue } from '../../../contract/ownValue.ts';
import { at, type Issue, positionOf } from '../issue.ts';
import type { Element, Page } from '../page.ts';
import type { Rule } from '../rule.ts';
import { broaderTypes, dateProperties, requiredProperties } from './jsonLdTypes.ts';

/** Structured data parses, is schema.org's, and has what its types need. */
export const jsonLd: Rule = {
  family: 'jsonLd',
  checks: 'parses, has @context and @type, required properties, ISO dates',
  page: checkJsonLd,
};

const deepest = 60;

type Fields = Record<string, unknown>;

function* checkJsonLd(page: Page): Iterable<Issue> {
  for (const script of jsonLdScripts(page)) {
    const text = page.$(script).text();
    try {
      yield* checkData(JSON.parse(text), page, script);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      yield {
        rule: 'jsonLd/syntax',
        severity: 'error',
        message: `The JSON-LD is not valid JSON: ${error.message.replace(/ in JSON at position .*$/s, '').replace(/\s+/g, ' ')}.`,
        ...at(page, script),
        ...placeInScript(page, script, error),
      };
    }
  }
}

function jsonLdScripts({ $ }: Page): Element[] {
  return $('script[type]')
    .toArray()
    .filter(({ attribs }) => /^application\/ld\+json\s*(;|$)/i.test(attribs.type?.trim() ?? ''));
}

function placeInScript(page: Page, script: Element, error: SyntaxError): { line?: number; column?: number } {
  const start = script.sourceCodeLocation?.startTag;
  const text = page.$(script).text();
  const offset = offsetOfFault(text, error.message);
  if (!start || offset === undefined) return {};
  const { line, column } = positionOf(text, offset);
  return { line: start.endLine + line - 1, column: line === 1 ? start.endCol + column - 1 : column };
}

/** V8 names the position, or else quotes the ten characters before the fault. */
function offsetOfFault(text: string, message: string): number | undefined {
  const named = /position (\d+)/.exec(message)?.[1];
  if (named !== undefined) return Number(named);
  const [start, end] = [message.indexOf('..."'), message.lastIndexOf('"')];
  const isQuoted =
    start !== -1 && end > start + 3 && /^"(\.\.\.)? is not valid JSON$/.test(message.slice(end));
  const found = isQuoted ? text.indexOf(message.slice(start + 4, end)) : -1;
  return found < 0 ? undefined : found + 10;
}

function* checkData(data: unknown, page: Page, script: Element): Iterable<Issue> {
  const place = at(page, script);
  for (const top of Array.isArray(data) ? data : [data]) {
    if (!isFields(top)) {
      yield {
        rule: 'jsonLd/object',
        severity: 'error',
        message: `The JSON-LD holds ${top === null ? 'null' : typeof top}; expected an object.`,
        ...place,
      };
      continue;
    }
    if (!/schema\.org/i.test(JSON.stringify(top['@context'] ?? ''))) {
      yield {
        rule: 'jsonLd/context',
        severity: 'error',
        message: 'The JSON-LD has no "@context" of schema.org.',
        hint: 'Add "@context": "https://schema.org".',
        ...place,
      };
    }
    if (top['@type'] === undefined && top['@graph'] === undefined) {
      yield { rule: 'jsonLd/type', severity: 'error', message: 'The JSON-LD has no "@type".', ...place };
    }
    for (const message of faultsWithin(top, '')) {
      yield { rule: 'jsonLd/property', severity: 'error', message, ...place };
    }
  }
}

function* faultsWithin(value: unknown, path: string, depth = 0): Iterable<string> {
  if (depth > deepest) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* faultsWithin(item, `${path}[${index}]`, depth + 1);
  }
  if (!isFields(value)) return;
  if (!isReference(value)) yield* faultsOfObject(value, path);
  for (const [name, inner] of Object.entries(value)) {
    yield* faultsWithin(inner, path === '' ? name : `${path}.${name}`, depth + 1);
  }
}

function* faultsOfObject(object: Fields, path: string): Iterable<string> {
  const where = path === '' ? '' : ` at ${path}`;
  for (const type of [object['@type']].flat().filter((each) => typeof each === 'string')) {
    for (const demand of demandsOf(type.replace(/^(https?:\/\/schema\.org\/|schema:)/, ''))) {
      const names = [demand].flat();
      if (names.some((name) => isFilled(ownValue(object, name)))) continue;
      yield `The ${type}${where} lacks ${names.map((name) => `"${name}"`).join(' or ')}.`;
    }
  }
  for (const name of dateProperties) {
    const date = ownValue(object, name);
    if (typeof date === 'string' && !isIsoDate(date)) {
      yield `"${name}"${where} is "${date}"; expected a date such as 2025-01-15 or 2025-01-15T19:30:00+01:00.`;
    }
  }
}

function demandsOf(type: string): (string | string[])[] {
  let name: string | undefined = type;
  while (name !== undefined && ownValue(requiredProperties, name) === undefined)
    name = ownValue(broaderTypes, name);
  return name === undefined ? [] : (ownValue(requiredProperties, name) ?? []);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isReference(object: Fields): boolean {
  return object['@id'] !== undefined && Object.keys(object).every((key) => key === '@id' || key === '@type');
}

function isFilled(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  return Array.isArray(value) ? value.some(isFilled) : value !== undefined && value !== null;
}

function isIsoDate(text: string): boolean {
  return (
    /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  );
}
