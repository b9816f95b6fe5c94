const INT8 = 20;
const DATE = 1082;
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;

type ParseText = (text: string) => unknown;

const PARSERS = new Map<number, ParseText>([
  [INT8, parseInteger],
  [DATE, keepText],
  [TIMESTAMP, keepText],
  [TIMESTAMPTZ, isoFromTimestamptz],
]);

/**
 * Finds how a column's text becomes a value here: times as ISO-8601 text, whole numbers as numbers.
 * Undefined means that the driver's own parser is right (JSON, booleans, floats).
 */
export function textParser(oid: number): ParseText | undefined {
  return PARSERS.get(oid);
}

/**
 * Writes PostgreSQL's text of a timestamptz (DateStyle ISO, TimeZone UTC) as ISO-8601 ending in Z, with
 * three digits of fraction or none; what is no such text (`infinity`, years BC) comes back unchanged.
 */
export function isoFromTimestamptz(text: string): string {
  if (!text.endsWith('+00') || text.charCodeAt(10) !== 0x20) return text;
  const time = text.slice(11, -3);
  const date = text.slice(0, 10);
  if (time.length === 8) return `${date}T${time}Z`;
  return `${date}T${`${time}00`.slice(0, 12)}Z`;
}

function parseInteger(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

function keepText(text: string): string {
  return text;
}
