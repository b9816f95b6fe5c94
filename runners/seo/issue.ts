import type { Finding } from '../report/report.ts';
import type { Element, Page } from './page.ts';

/** One textual edit of a file: the characters from `start` to before `end` become `text`. */
export interface Edit {
  file: string;
  /** Counted in UTF-16 units of the text without its byte order mark. */
  start: number;
  end: number;
  text: string;
  /** What the edit does, for the pull request. */
  summary: string;
}

/** A finding of one rule, with the page that it counts for and the edit that mends it when one is certain to be right. */
export interface Issue extends Finding {
  page?: Page;
  fix?: Edit;
}

/** Where a finding stands: on an element, or at the page as a whole. */
export function at(page: Page, element?: Element): Pick<Issue, 'page' | 'file' | 'url' | 'line' | 'column'> {
  const location = element?.sourceCodeLocation;
  return {
    page,
    ...(page.file === undefined ? { url: page.url.href } : { file: page.file }),
    ...(location ? { line: location.startLine, column: location.startCol } : {}),
  };
}

/** Turns an offset of a text into line and column, both counted from 1. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
