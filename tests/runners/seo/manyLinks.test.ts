import { expect, it } from 'vitest';
import { checkSite } from '../../../runners/seo/check.ts';
import { readFolder } from '../../../runners/seo/read/folder.ts';
import { allRules } from '../../../runners/seo/rules/all.ts';
import { pageOf, sourceOf, writeSite } from './siteFolder.ts';

it('A page with many links is searched as often as one with few', async () => {
  const searches = async (links: number) => {
    const body = `<h1 id="a">A</h1>${'<a href="#a">B</a><a href="/#a">C</a>'.repeat(links)}`;
    const site = await readFolder(sourceOf(await writeSite(pageOf({ body }))));
    let count = 0;
    for (const page of site.pages) {
      page.$ = new Proxy(page.$, {
        apply: (target, self, args) => {
          count += typeof args[0] === 'string' ? 1 : 0;
          return Reflect.apply(target, self, args);
        },
      });
    }
    expect(checkSite(site, allRules, { only: [], ignore: [] })).toEqual([]);
    return count;
  };
  expect(await searches(200)).toBe(await searches(2));
});
