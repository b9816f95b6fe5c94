import { describe, expect, it } from 'vitest';
import { candidatesIn, chooseOutput } from '../../../contract/outcome/chooseOutput.ts';
import { defaultRules } from '../../../contract/pulls/githubRules.ts';
import type { KnownPull } from '../../../contract/pulls/knownPull.ts';
import type { OwnRepository } from '../../../contract/pulls/ownRepository.ts';

const pull = (number: number) => `https://github.com/isle/light/pull/${number}`;
const report = 'https://example.org/report';
const light: OwnRepository = { own: { host: 'github.com', owner: 'isle', repo: 'light' }, isNamed: false };

/** Chooses, where this is known of pull requests by their numbers. */
function choose(
  said: { outputsUri?: string; candidates?: string[] },
  known: Record<number, Partial<KnownPull>> = {},
  repository = light,
) {
  const all = { candidates: [], ...said };
  const candidates = candidatesIn(all, repository, defaultRules).map((one) => {
    const facts = known[one.pull.number];
    const nothing = { state: 'open', touchedAt: null, isUntouched: false } as const;
    return { ...one, known: facts && ({ ...nothing, ...one.pull, ...facts } as KnownPull) };
  });
  const { outputsUri, pull: awaited, holds, remarks } = chooseOutput(all, candidates, repository);
  return { outputsUri, awaited: awaited?.link ?? null, holds, counts: awaited?.counts ?? false, remarks };
}

describe('Of several pull requests', () => {
  it('the declared one is awaited', () => {
    const said = { outputsUri: pull(2), candidates: [pull(1), pull(2), pull(3)] };
    expect(choose(said, { 1: { touchedAt: '2025-01-15T02:31:00Z' } })).toMatchObject({
      outputsUri: pull(2),
      awaited: pull(2),
      holds: true,
      counts: true,
      remarks: [expect.stringContaining(`not waited for: ${pull(1)}, ${pull(3)}`)],
    });
  });

  it('else the newest that was opened or pushed to since the attempt began, else the first', () => {
    const candidates = [pull(1), pull(2), pull(3)];
    expect(choose({ candidates })).toMatchObject({ awaited: pull(1) });
    const known = { 2: { touchedAt: '2025-01-15T02:31:00Z' }, 3: { touchedAt: '2025-01-15T02:32:00Z' } };
    expect(choose({ candidates }, known)).toMatchObject({ outputsUri: pull(3), awaited: pull(3) });
  });

  it('one that is known to be over comes last, and holds all the same where it is the only one', () => {
    expect(choose({ candidates: [pull(1), pull(2)] }, { 1: { state: 'closed' } })).toMatchObject({
      awaited: pull(2),
    });
    expect(choose({ candidates: [pull(1)] }, { 1: { state: 'merged', endedBy: 'agent' } })).toMatchObject({
      awaited: pull(1),
      holds: true,
      remarks: [expect.stringContaining('merged by agent before')],
    });
  });

  it('those of the own repository come before all others, wherever they were printed', () => {
    const others = Array.from(
      { length: 30 },
      (_, index) => `https://github.com/vuejs/core/pull/${index + 1}`,
    );
    expect(choose({ candidates: [...others, pull(1), ...others] })).toMatchObject({
      awaited: pull(1),
      counts: true,
      remarks: [
        expect.stringMatching(
          /not waited for: \S+vuejs\/core\/pull\/1, .* and 25 more, the last of them \S+vuejs\/core\/pull\/30$/,
        ),
      ],
    });
  });
});

describe('Beside a declared link', () => {
  it('a pull request of the own repository is awaited, and the declared link stays the output', () => {
    for (const outputsUri of [report, 'https://ci.example/artifacts/1', 'reports/seo.html'])
      expect(choose({ outputsUri, candidates: [pull(1)] })).toMatchObject({
        outputsUri,
        awaited: pull(1),
        holds: true,
      });
  });

  it('one that is closed, or that nothing has happened to, is a remark', () => {
    const said = { outputsUri: report, candidates: [pull(1), pull(2)] };
    const over = { 1: { state: 'closed' as const }, 2: { isUntouched: true } };
    expect(choose(said, over)).toMatchObject({
      outputsUri: report,
      awaited: null,
      holds: false,
      remarks: [expect.stringContaining('it has not changed since'), expect.stringContaining('it is closed')],
    });
    expect(choose(said, { 1: { state: 'closed' } })).toMatchObject({ awaited: pull(2), holds: true });
  });

  it('one of another repository holds nothing, and is named', () => {
    const candidates = ['https://github.com/vuejs/core/pull/123'];
    expect(choose({ outputsUri: report, candidates })).toMatchObject({
      outputsUri: report,
      holds: false,
      remarks: [`also mentioned, but not waited for: ${candidates[0]}`],
    });
  });

  it('one of any repository holds where the step’s own is not known', () => {
    const candidates = ['https://github.com/vuejs/core/pull/123'];
    expect(choose({ outputsUri: report, candidates }, {}, { own: null, isNamed: false })).toMatchObject({
      outputsUri: report,
      awaited: candidates[0],
      holds: true,
      counts: false,
      remarks: [expect.stringContaining('the repository of this step is unknown')],
    });
  });
});

describe('A remark on a pull request of another repository', () => {
  const candidates = ['https://github.com/vuejs/core/pull/123'];

  it('offers the step’s own repository to a step that only mentions such links, which then waits for none', () => {
    const [remark = ''] = choose({ candidates }).remarks;
    expect(remark).toContain('repo: "vuejs/core" if the step opens its pull requests there');
    expect(remark).toContain('repo: "isle/light" if it only mentions such links, as a changelog does');
    expect(choose({ candidates }, {}, { ...light, isNamed: true })).toMatchObject({ holds: false });
  });

  it('asks for the step’s own one where none is known', () => {
    const [remark] = choose({ candidates }, {}, { own: null, isNamed: false }).remarks;
    expect(remark).toContain('repo: "vuejs/core" if that is the right one, or else the step’s own');
  });
});

describe('A step that names its repository', () => {
  const named = { ...light, isNamed: true };

  it('makes no pull request of another one', () => {
    const foreign = 'https://github.com/vuejs/core/pull/123';
    expect(choose({ candidates: [foreign] }, {}, named)).toMatchObject({ outputsUri: null, holds: false });
    expect(
      choose({ outputsUri: foreign, candidates: ['https://ci.example/artifacts/1'] }, {}, named),
    ).toMatchObject({
      outputsUri: 'https://ci.example/artifacts/1',
      holds: false,
      remarks: [expect.stringContaining('so it does not count')],
    });
  });

  it('is held for one of that name on a host that nobody knows, which decides nothing', () => {
    const outputsUri = 'https://evil.example/isle/light/pull/9';
    expect(choose({ outputsUri }, {}, named)).toMatchObject({
      holds: true,
      awaited: outputsUri,
      counts: false,
    });
  });
});
