import { type MouseEvent, type ReactNode, useEffect, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { logTexts } from '../../texts/parts.ts';
import { CopyButton } from '../CopyButton.tsx';
import { Section } from '../Section.tsx';
import css from './LogLines.module.css';
import { readLineRange, writeLineRange } from './lineRange.ts';
import { readLines } from './readLines.ts';

/**
 * What a command printed, line by line: each has an address, shift-click marks a range. All of it is in the page, so that
 * the browser finds, selects and copies it. What a terminal would act on is taken out.
 */
export function LogLines({ title, text }: { title: string; text: string | null }): ReactNode {
  const lines = useMemo(() => readLines(text ?? ''), [text]);
  const { hash } = useLocation();
  const navigate = useNavigate();
  const marked = readLineRange(hash);
  const hasLines = lines.length > 0;
  const first = marked?.from;
  useEffect(() => {
    if (first !== undefined && hasLines)
      document.getElementById(`L${first}`)?.scrollIntoView({ block: 'center' });
  }, [first, hasLines]);
  const mark = (event: MouseEvent, line: number) => {
    if (!event.shiftKey || marked === undefined) return;
    event.preventDefault();
    const range = { from: Math.min(marked.from, line), to: Math.max(marked.from, line) };
    void navigate(writeLineRange(range), { replace: true, preventScrollReset: true });
  };
  return (
    <Section title={title} tools={hasLines && <CopyButton text={text ?? ''}>{logTexts.copy}</CopyButton>}>
      {hasLines ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by the keyboard
        <section className={css.frame} tabIndex={0} aria-label={logTexts.lines}>
          <ol className={css.lines}>
            {lines.map((line, at) => {
              const number = at + 1;
              const isMarked = marked !== undefined && number >= marked.from && number <= marked.to;
              return (
                <li key={number} id={`L${number}`} className={isMarked ? css.marked : undefined}>
                  <a
                    href={`#L${number}`}
                    aria-label={logTexts.line(number)}
                    onClick={(event) => {
                      mark(event, number);
                      if (event.defaultPrevented) return;
                      event.preventDefault();
                      void navigate(`#L${number}`, { replace: true, preventScrollReset: true });
                    }}
                  >
                    {number}
                  </a>
                  <span dir="auto">{line || '\u200b'}</span>
                </li>
              );
            })}
          </ol>
        </section>
      ) : (
        <p className="muted">{logTexts.none}</p>
      )}
    </Section>
  );
}
