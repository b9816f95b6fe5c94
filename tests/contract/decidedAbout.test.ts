import { describe, expect, it } from 'vitest';
import { decidedAbout } from '../../contract/decidedAbout.ts';

const gate = (inputs: unknown) => decidedAbout({ isGate: true, inputs, outputsUri: null });

describe('What is decided about', () => {
  it('is the command that a gate lets run, as one would type it', () => {
    expect(gate({ cmd: ['npm', 'run', 'deploy'], flags: [] })).toEqual({
      label: 'Command',
      text: 'npm run deploy',
    });
    expect(gate({ cmd: ['echo', 'it is', ''] })?.text).toBe("echo 'it is' ''");
  });

  it('is what the plan gives as inputs where that is no command', () => {
    expect(gate({ site: 'shop' })).toEqual({ label: 'Inputs', text: '{"site":"shop"}' });
    for (const cmd of ['npm run deploy', [], [1], ['npm', null]])
      expect(gate({ cmd })).toEqual({ label: 'Inputs', text: JSON.stringify({ cmd }) });
  });

  it('is nothing where nothing is known, whatever stands there', () => {
    for (const inputs of [null, undefined, {}, [], 'npm', 7]) expect(gate(inputs)).toBeNull();
    expect(decidedAbout({ isGate: false, inputs: { cmd: ['true'] }, outputsUri: null })).toBeNull();
  });

  it('is the whole link of what was made, also where the command is known', () => {
    const outputsUri = `https://example.org/${'a'.repeat(1000)}`;
    expect(decidedAbout({ isGate: false, inputs: { cmd: ['true'] }, outputsUri })).toEqual({
      label: 'Link',
      text: outputsUri,
    });
  });

  it('is one line of bounded length with its beginning and its end, whatever the command holds', () => {
    const forged = `a\nDecide: b\u2028c\u202e\u001b]8;;x\u0007${'x'.repeat(60_000)}`;
    const { text = '' } = gate({ cmd: ['npm', forged, '--end'] }) ?? {};
    expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    expect(text.length).toBeLessThanOrEqual(500);
    expect(text).toMatch(/^npm 'a Decide: b c.*….* --end$/);
    expect(gate({ site: 'x'.repeat(60_000) })?.text.length).toBeLessThanOrEqual(500);
  });
});
