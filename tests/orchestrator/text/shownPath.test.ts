import { expect, it } from 'vitest';
import { shownPath } from '../../../orchestrator/text/shownPath.ts';

it('The path of a file is shown relative to where people are, and whole where it lies elsewhere', () => {
  expect(shownPath('/srv/site/.nightshift/logs/run.log', '/srv/site')).toBe('.nightshift/logs/run.log');
  expect(shownPath('/srv/site/run.log', '/srv/site/pages')).toBe('/srv/site/run.log');
  expect(shownPath('/var/log/run.log', '/srv/site')).toBe('/var/log/run.log');
});
