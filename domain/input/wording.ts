/** How many errors a sentence names; the issues contain all. */
const maxNamed = 5;

/** Writes faults as sentences that name the fields: "`runId` must be …, got …."; a message that begins with a capital is one. */
export function sentencesOf(issues: readonly InputIssue[]): string {
  const sentences = issues.slice(0, maxNamed).map(sentenceOf);
  const more = issues.length - sentences.length;
  if (more > 0) sentences.push(`There ${more === 1 ? 'is 1 more error' : `are ${more} more errors`}.`);
  return sentences.join(' ');
}

function sentenceOf({ path, message }: InputIssue): string {
  const subject = path.length === 0 ? 'The input' : `\`${path.join('.')}\``;
  const text = message
    .replace(/^expected (?=(?:at (?:most|least) )?\d+ (?:to \d+ )?(?!or\b)[A-Za-z])/, 'must have ')
    .replace(/^expected /, 'must be ');
  const isWhole = /^[A-Z]/.test(text);
  const sentence = isWhole ? text : `${subject}${text.startsWith('must ') ? ' ' : ': '}${text}`;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** One fault of one field: where it is and what was expected. */
export interface InputIssue {
  path: readonly (string | number)[];
  message: string;
  /** A short machine-readable word, e.g. `too_big`. */
  type: string;
}
