/** Writes rows as RFC 4180 has them. What a spreadsheet would take for a formula begins with an apostrophe. */
export function writeCsv(header: readonly string[], rows: Iterable<readonly string[]>): string {
  return `${[header, ...rows].map((row) => row.map(writeCell).join(',')).join('\r\n')}\r\n`;
}

function writeCell(text: string): string {
  const safe = /^[=+\-@\t\n\r＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
