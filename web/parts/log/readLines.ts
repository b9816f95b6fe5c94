import { stripControls } from '../../../contract/text/stripControls.ts';
import { visibleText } from '../../../contract/text/visibleText.ts';

/** Reads what a command printed into lines that can be shown: what a terminal would act on is taken out. */
export function readLines(text: string): string[] {
  const clean = stripControls(text).replace(/\r\n?/g, '\n');
  return clean === '' ? [] : clean.replace(/\n$/, '').split('\n').map(visibleText);
}
