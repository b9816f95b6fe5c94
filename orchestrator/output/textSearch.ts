/** Finds many texts at once in one pass, after Aho and Corasick: each character is one step, however many texts there are. */
export interface TextSearch {
  /** The state after a character; the search begins in state 0. */
  step(state: number, code: number): number;
  /** How long the longest text is that ends with this state; 0 when none does. */
  found(state: number): number;
  /** How many of the last characters may be the beginning of a text. */
  depth(state: number): number;
}

/** Builds the search for some texts; in `anyCase` for texts without capitals, which are found with them too. */
export function createTextSearch(texts: readonly string[], { anyCase = false } = {}): TextSearch {
  const classes = classesOf(texts, anyCase);
  const width = classes.count;
  const states = 1 + texts.reduce((sum, text) => sum + text.length, 0);
  const next = new Int32Array(states * width);
  const found = new Int32Array(states);
  const depth = new Int32Array(states);
  let count = 1;
  for (const text of texts) {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const edge = state * width + classes.of(text.charCodeAt(at));
      if (next[edge] === 0) {
        depth[count] = at + 1;
        next[edge] = count++;
      }
      state = next[edge] as number;
    }
    found[state] = text.length;
  }
  completeEdges(next, found, { width, count });
  return {
    step: (state, code) => next[state * width + classes.of(code)] as number,
    found: (state) => found[state] as number,
    depth: (state) => depth[state] as number,
  };
}

/** Characters that no text holds are one class, 0; the others have one each. */
function classesOf(texts: readonly string[], anyCase: boolean): { count: number; of(code: number): number } {
  const table = new Uint16Array(0x10000);
  let count = 1;
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (table[code] === 0) table[code] = count++;
    }
  }
  if (anyCase) table.copyWithin(0x41, 0x61, 0x7b);
  return { count, of: (code) => table[code] as number };
}

/** Leads every character that does not go on from a state to where its longest end that is a beginning goes on. */
function completeEdges(
  next: Int32Array,
  found: Int32Array,
  { width, count }: { width: number; count: number },
) {
  const fallback = new Int32Array(count);
  const queue = new Int32Array(count);
  let filled = 1;
  for (let taken = 0; taken < filled; taken++) {
    const state = queue[taken] as number;
    const back = fallback[state] as number;
    if (found[state] === 0) found[state] = found[back] as number;
    for (let one = 0; one < width; one++) {
      const edge = state * width + one;
      const onward = state === 0 ? 0 : (next[back * width + one] as number);
      const target = next[edge] as number;
      if (target === 0) next[edge] = onward;
      else {
        fallback[target] = onward;
        queue[filled++] = target;
      }
    }
  }
}
