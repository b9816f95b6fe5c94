import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { useDatabase } from '../../support/databases.ts';
import { serve } from '../serve.ts';
import { type ReadMetrics, readMetrics, seriesNames } from './readMetrics.ts';

interface Alerts {
  groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
}

interface Dashboard {
  panels: { id: number; title: string; targets?: { expr: string }[] }[];
}

describe('What is offered for monitoring', () => {
  const database = useDatabase('postgres');
  const rules = (parse(readFileSync('docs/monitoring/alerts.yml', 'utf8')) as Alerts).groups.flatMap(
    (group) => group.rules,
  );
  const { panels } = JSON.parse(readFileSync('docs/monitoring/dashboard.json', 'utf8')) as Dashboard;
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  let metrics: ReadMetrics;
  beforeAll(async () => {
    metrics = readMetrics((await (await serve(database.db())).send('/metrics')).text);
  });

  function unknownIn(texts: string[]): string[] {
    const known = seriesNames(metrics).add('up');
    const outsideQuotes = texts.map((text) => text.replaceAll(/"[^"]*"/g, '""'));
    const names = outsideQuotes.flatMap(
      (text) => text.match(/\b(?:nightshift|nodejs|process|http)_\w+/g) ?? [],
    );
    expect(names.length).toBeGreaterThan(5);
    return names.filter((name) => !known.has(name));
  }

  it('has alerts that ask only for metrics that there are', () => {
    expect(unknownIn(rules.map(({ expr }) => expr))).toEqual([]);
    expect(
      rules.every(({ alert, annotations }) => alert.startsWith('Nightshift') && annotations.summary),
    ).toBe(true);
  });

  it('has a dashboard whose every panel asks only for metrics that there are', () => {
    expect(unknownIn(queries)).toEqual([]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('asks for labels that the metrics have', () => {
    const labels = [...rules.map(({ expr }) => expr), ...queries].flatMap((text) =>
      [...text.matchAll(/(nightshift_\w+)\{([^}]*)\}/g)].flatMap(([, name, inside]) =>
        [...(inside ?? '').matchAll(/(\w+)!?=/g)].map((match) => `${name} ${match[1]}`),
      ),
    );
    const page = readFileSync('docs/metrics.md', 'utf8');
    const documented = new Map(
      [...page.matchAll(/^\| `(nightshift_\w+)` +\| ([^|]*)\|/gm)].map(([, name, cell]) => [
        name,
        cell ?? '',
      ]),
    );
    const wrong = labels.filter((label) => {
      const [name = '', wanted = ''] = label.split(' ');
      const cell = documented.get(name.replace(/_(bucket|sum|count)$/, ''));
      return wanted !== 'job' && !cell?.includes(`\`${wanted}\``);
    });
    expect(wrong).toEqual([]);
  });

  it('has every metric of its own on the page about metrics', () => {
    const page = readFileSync('docs/metrics.md', 'utf8');
    const own = [...metrics.types.keys()].filter((name) => name.startsWith('nightshift_'));
    expect(own.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    const listed = [...page.matchAll(/^\| `(nightshift_\w+)`/gm)].map((match) => match[1] ?? '');
    expect(listed.filter((name) => !metrics.types.has(name))).toEqual([]);
  });
});
