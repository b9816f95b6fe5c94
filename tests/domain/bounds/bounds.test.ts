import { describe, expect, it } from 'vitest';
import {
  eachOf,
  planRefusal,
  projectsWithin,
  refuseBounded,
  refuseLabelsOutside,
  refusePlanOutside,
  refuseReportOutside,
  reportRefusal,
} from '../../../domain/bounds/bounds.ts';
import type { Bounds } from '../../../domain/input/viewer.ts';

const nightly = { project: 'acme/site', name: 'nightly' };

describe('A key may change a plan', () => {
  it.each<Bounds>([
    {},
    { projects: ['acme/shop', 'acme/site'] },
    { plans: ['weekly', 'nightly'] },
    { plans: ['night*'] },
    { plans: ['*'] },
    { projects: ['acme/site'], plans: ['nightly*'], tasks: ['seo.*'], labels: ['gpu'] },
    { labels: [] },
  ])('of %j', (bounds) => expect(planRefusal(bounds, nightly)).toBeUndefined());

  it.each<[Bounds, string]>([
    [{ projects: ['acme/shop'] }, 'plans of the projects acme/shop'],
    [{ projects: ['acme/*', 'site', 'Acme/site'] }, 'plans of the projects acme/*, site, Acme/site'],
    [{ plans: ['night', 'Nightly', '*ly'] }, 'the plans night, Nightly, *ly'],
    // A name with a colon is one that a plan may have.
    [{ plans: ['acme/site:nightly'] }, 'the plans acme/site:nightly'],
    [{ projects: ['acme/site'], plans: ['weekly'] }, 'the plans weekly'],
    [{ projects: ['acme/shop'], plans: ['nightly'] }, 'plans of the projects acme/shop'],
    [{ plans: [] }, 'the plans (none)'],
    [{ tasks: ['nightly', '*'] }, 'the external tasks nightly, *'],
  ])('not of %j', (bounds, limits) => {
    const message = `This key may not change the plan acme/site:nightly. It is limited to ${limits}.`;
    expect(planRefusal(bounds, nightly)?.message).toBe(message);
    expect(() => refusePlanOutside(bounds, nightly)).toThrow(message);
  });

  it('of no project only if no project bounds it', () => {
    const plan = { project: '', name: 'nightly' };
    expect(planRefusal({ plans: ['nightly'] }, plan)).toBeUndefined();
    expect(planRefusal({ projects: ['', 'acme/site'] }, plan)?.message).toContain('change the plan nightly.');
  });
});

describe('A key may report an external task', () => {
  it.each<Bounds>([
    {},
    { labels: ['gpu'] },
    { tasks: ['seo.check'] },
    { tasks: ['seo.*'], plans: ['weekly'], projects: [] },
  ])('with %j', (bounds) => expect(reportRefusal(bounds, 'seo.check')).toBeUndefined());

  it.each<[Bounds, string]>([
    [{ tasks: ['seo', 'seo.', '*.check', 'SEO.check'] }, 'the external tasks seo, seo., *.check, SEO.check'],
    [{ plans: ['*'] }, 'the plans *'],
    [{ projects: ['acme/site'] }, 'plans of the projects acme/site'],
    [{ plans: ['a'], projects: ['b'] }, 'plans of the projects b, and to the plans a'],
    [{ tasks: [] }, 'the external tasks (none)'],
  ])('not with %j', (bounds, limits) => {
    const message = `This key may not change the external task seo.check. It is limited to ${limits}.`;
    expect(() => refuseReportOutside(bounds, 'seo.check')).toThrow(message);
  });
});

describe('A key', () => {
  it('may have labels as a worker that all stand among its own', () => {
    refuseLabelsOutside({ labels: ['gpu', 'linux'] }, ['linux', 'gpu']);
    refuseLabelsOutside({ labels: [] }, []);
    refuseLabelsOutside({ plans: ['nightly'] }, ['linux']);
    expect(() => refuseLabelsOutside({ labels: ['lin*'] }, ['linux'])).toThrow(
      'This key may not work with the label linux. It is limited to the labels lin*.',
    );
  });

  it('may do nothing to the whole server if it has a bound of any kind', () => {
    refuseBounded(undefined, 'prune');
    refuseBounded({}, 'prune');
    for (const bounds of [{ projects: ['a'] }, { plans: ['*'] }, { labels: [] }, { tasks: ['*'] }])
      expect(() => refuseBounded(bounds, 'prune')).toThrow('This key may not prune. It is limited to ');
  });

  it('is told the first of many names that it may change', () => {
    const plans = Array.from({ length: 22 }, (_, index) => `p${index}`);
    expect(planRefusal({ plans }, nightly)?.message).toMatch(/p18, p19 and 2 more\.$/);
  });
});

describe('Of two bounds together', () => {
  const both: Bounds = {
    tasks: ['*'],
    labels: ['gpu', 'arm'],
    and: { projects: ['acme/site'], areOfRoles: true },
  };

  it('a list of one that the other leaves out is no permission more', () => {
    expect(planRefusal(both, nightly)?.message).toContain('It is limited to the external tasks *.');
    expect(reportRefusal(both, 'seo')?.message).toBe(
      'You may not change the external task seo. Your role for this is limited to plans of the projects acme/site.',
    );
  });

  it('each refuses labels, and what is about the whole server', () => {
    const labels = { projects: ['acme/site'], and: { labels: ['gpu'], and: { labels: ['arm', 'gpu'] } } };
    expect(() => refuseLabelsOutside(labels, ['gpu'])).not.toThrow();
    expect(() => refuseLabelsOutside(labels, ['arm'])).toThrow('It is limited to the labels gpu.');
    expect(() => refuseBounded({ and: { plans: ['nightly'] } }, 'prune')).toThrow('the plans nightly');
  });

  it('only the projects of both are left', () => {
    const within = { projects: ['a', 'b', 'c'], and: { plans: ['x'], and: { projects: ['c', 'a', 'd'] } } };
    expect(projectsWithin(within)).toEqual(['a', 'c']);
    expect(projectsWithin({ plans: ['x'], and: { projects: ['a'] } })).toEqual(['a']);
    expect(projectsWithin({ plans: ['x'], and: { tasks: ['y'] } })).toBeUndefined();
    expect(eachOf(within)).toEqual([
      { projects: ['a', 'b', 'c'] },
      { plans: ['x'] },
      { projects: ['c', 'a', 'd'] },
    ]);
  });
});
