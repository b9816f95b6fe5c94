import type { ControlSink } from '../../contract/text/controlReader.ts';

/** More of them stand nowhere between two characters. */
const mostWaiting = 4096;

/**
 * Hands on what a terminal acts on only after the text before it, which comes later: a masker holds it back. `expect` says
 * how much text is on its way.
 */
export function queueBehindText(sink: Required<ControlSink>) {
  let expected = 0;
  let come = 0;
  let waiting: { at: number; act: () => void }[] = [];
  const later = (act: () => void) => {
    if (come === expected) act();
    else if (waiting.length < mostWaiting) waiting.push({ at: expected, act });
  };
  return {
    expect(length: number): void {
      expected += length;
    },
    text(text: string): void {
      let from = 0;
      let done = 0;
      for (const { at, act } of waiting) {
        if (at > come + text.length) break;
        sink.text(text.slice(from, at - come));
        from = at - come;
        act();
        done++;
      }
      sink.text(text.slice(from));
      come += text.length;
      if (done > 0) waiting = waiting.slice(done);
    },
    control: (letter: string, parameters: string) => later(() => sink.control(letter, parameters)),
    escape: (letter: string) => later(() => sink.escape(letter)),
    backspace: () => later(() => sink.backspace()),
    link: (target: string) => later(() => sink.link(target)),
  };
}
