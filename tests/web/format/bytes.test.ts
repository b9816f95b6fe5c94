import { expect, it } from 'vitest';
import { formatBytes } from '../../../web/format/bytes.ts';

it.each([
  [0, '0 KB'],
  [1536, '1.5 KB'],
  [64 * 2 ** 20, '64 MB'],
  [1_020 * 2 ** 20, '1 GB'],
  [3.44 * 2 ** 30, '3.4 GB'],
  [5 * 2 ** 60, '5,120 PB'],
])('%d bytes are read as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
