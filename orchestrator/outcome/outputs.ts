import { maxLinkLength } from '../../contract/input/link.ts';
import { candidatesIn, chooseOutput } from '../../contract/outcome/chooseOutput.ts';
import { findPull } from '../../contract/pulls/findPulls.ts';
import type { OwnRepository } from '../../contract/pulls/ownRepository.ts';
import { plural } from '../../contract/text/plural.ts';
import { cutLine } from '../output/excerpt.ts';
import { createLineSplitter } from '../output/splitLines.ts';
import { findLinks, type LinkRules, usableLink } from './links.ts';
import { createTextScan } from './textScan.ts';

/** What a step made, as read from what it printed. */
export interface PrintedOutputs {
  /** The last stdout line that began `outputs_uri=`. */
  declared?: string;
  /** Pull requests of its own repository, then others and the last artifact, each kind as first printed. */
  candidates: string[];
}

/** So many pull requests of a step's own repository are kept, half of them the latest, and so many others. */
const maxOwn = 100;
const maxOthers = 50;

/** Watches what a step prints for what it made: all of its text, however it is shown, and targets of links. */
export function createOutputScanner(rules: LinkRules) {
  const own = new Set<string>();
  const others = new Set<string>();
  let declared: string | undefined;
  let artifact: string | undefined;
  // What it opens comes last, after any lists that it has printed.
  const addOwn = (link: string) => {
    own.add(link);
    if (own.size > maxOwn) own.delete([...own][maxOwn / 2] ?? '');
  };
  const scan = (text: string) => {
    for (const { kind, link } of findLinks(text, rules)) {
      if (kind === 'artifact') artifact = link;
      else if (kind === 'own') addOwn(link);
      else if (kind === 'other' && others.size < maxOthers) others.add(link);
    }
  };
  // As it was printed: what it declares stands on a line of its own also behind what a terminal would show beside it.
  const lines = createLineSplitter({ head: 2048, tail: 16 });
  const declare = (line: string) => {
    const said = /^outputs_uri=(.*)$/.exec(line)?.[1]?.trim();
    if (said) declared = said;
  };
  return {
    /** Takes the text of stdout in pieces, a line of which may declare the link. */
    declare: (text: string) => lines.push(withoutPlainLines(text)).forEach(declare),
    endDeclaring: () => lines.end().forEach(declare),
    /** Takes a text that is whole. */
    scan,
    /** Makes what takes the text of one stream in pieces. */
    follow: () => createTextScan(scan),
    printed: (): PrintedOutputs => ({
      ...(declared === undefined ? {} : { declared }),
      candidates: [...own, ...others, ...(artifact === undefined ? [] : [artifact])],
    }),
  };
}

/** Leaves out whole lines of a piece of text where none of them can declare anything; most of what is printed is such. */
function withoutPlainLines(text: string): string {
  const first = text.indexOf('\n');
  const last = text.lastIndexOf('\n');
  return first === last || text.includes('outputs_uri=')
    ? text
    : text.slice(0, first + 1) + text.slice(last + 1);
}

/** What a step said of what it made: the link that it declared, in the output file before stdout, and all others. */
export interface SaidLinks {
  declared: string | null;
  candidates: readonly string[];
}

/**
 * Reads what a step said of what it made, and remarks on what it declared that can be no link. A pull request counts in its
 * one form, whatever else the text holds.
 */
export function readLinks(
  file: Readonly<Record<string, string>>,
  { declared, candidates }: PrintedOutputs,
): { links: SaidLinks; remarks: string[] } {
  const read = [file.outputs_uri, declared].flatMap((text = '') => {
    if (text === '') return [];
    return [{ text, link: findPull(text) ?? usableLink(text) }];
  });
  return {
    links: { declared: read.find(({ link }) => link !== undefined)?.link ?? null, candidates },
    remarks: read
      .filter(({ link }) => link === undefined)
      .map(
        ({ text }) =>
          `outputs_uri is left out: expected an http(s) address of at most ${maxLinkLength} characters, got ${nameText(text)}`,
      ),
  };
}

function nameText(text: string): string {
  return text.length > maxLinkLength ? plural(text.length, 'character') : JSON.stringify(cutLine(text, 100));
}

/** What a step made, and whether somebody must look at it. */
export interface MadeOutput {
  outputsUri: string | null;
  holds: boolean;
}

/**
 * Chooses what a step made by the rule of the server, for as long as the server has not said it: that knows how the pull
 * requests stand as well.
 */
export function chosenOutput(
  { declared, candidates }: SaidLinks,
  own: OwnRepository,
  hosts: readonly string[],
): MadeOutput {
  const said = { outputsUri: declared, candidates };
  const { outputsUri, holds } = chooseOutput(said, candidatesIn(said, own, { hosts, repositories: [] }), own);
  return { outputsUri, holds };
}
