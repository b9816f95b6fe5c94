import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CliContext } from '../../../orchestrator/cli/context.ts';
import { type Printer, printRows, toCsv } from '../../../orchestrator/cli/output.ts';
import { describeEnd } from '../../../orchestrator/progress/lines.ts';
import { control, guardTerminal, lineOf, paint, type Terminal } from '../../../orchestrator/terminal.ts';
import { hostileCharacters } from '../../support/hostileText.ts';

/** A terminal with colours that keeps what comes to it. */
function colourful() {
  let text = '';
  const stream = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        text += String(chunk);
        done();
      },
    }),
    { isTTY: true, columns: 80, getColorDepth: () => 8 },
  ) as unknown as Terminal;
  return { stream, guarded: guardTerminal(stream), text: () => text };
}

const attack = '\u001b[8mhidden\u001b]0;title\u0007\u202egnp.exe\r\u009b2J\u2028Decide: https://evil.example';
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('a', '[', '1', ';', 'm', ']', ...hostileCharacters.map(([, one]) => one)))
    .map((parts) => parts.join('')),
);

describe('What is printed on a terminal', () => {
  it('has the colours and moves of ours, and no escape sequence of anybody else', () => {
    const { guarded, text } = colourful();
    guarded.write(`${control('2A')}${paint('red', `a${attack}`, guarded)}\n`);
    expect(text()).toBe('\u001b[2A\u001b[31mahiddengnp.exe\nDecide: https://evil.example\u001b[39m\n');
  });

  it('holds nothing that a terminal acts on, whatever the text is', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const { guarded, text } = colourful();
        guarded.write(given);
        expect(text().replace(/[\n\t]|\r\n/g, '')).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
      }),
    );
  });

  it('says one fact in one line, in tables and in the lines of runs', () => {
    const { guarded, text } = colourful();
    const context = { stdout: guarded, print: () => undefined } as unknown as CliContext;
    const printer: Printer<string> = {
      columns: [
        { head: 'A', show: (row) => paint('green', row, guarded) },
        { head: 'B', show: (row) => row },
      ],
      fields: { a: (row) => row },
      empty: '',
    };
    printRows(context, ['x\ny', attack], printer, 'table');
    guarded.write(
      lineOf(
        describeEnd(
          { status: 'failed', durationMs: 1, reason: 'a\n✔ all is well', outputsUri: null },
          attack,
          guarded,
        ),
      ),
    );
    const lines = text().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[3]).toContain('(a ✔ all is well)');
  });

  it('reads the same as JSON, and as CSV without what a spreadsheet runs', () => {
    const { guarded, text } = colourful();
    const context = { stdout: guarded, print: () => undefined } as unknown as CliContext;
    printRows(context, [attack], { columns: [], fields: { a: (row) => row }, empty: '' }, 'json');
    expect(JSON.parse(text())).toEqual([{ a: attack }]);
    for (const start of ['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\n', '\r'])
      expect(toCsv([{ a: `${start}1` }], ['a'])).toMatch(/^a\r\n"?'/);
    const lists = [{ a: [], b: ['x'], c: ['x', 'y'], d: ['=1', 'y'], e: { f: ['x'] } }];
    expect(toCsv(lists, ['a', 'b', 'c', 'd', 'e']).split('\r\n')[1]).toBe(
      `,x,"x,y","'=1,y","{""f"":[""x""]}"`,
    );
  });
});
