/** Writes a request as its bytes, so that sending it many times costs nothing. */
export function writeRequest(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const head = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Accept: application/json'];
  for (const [name, value] of Object.entries(headers)) head.push(`${name}: ${value}`);
  if (body === undefined) return Buffer.from(`${head.join('\r\n')}\r\n\r\n`);
  const json = JSON.stringify(body);
  head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(json)}`);
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${json}`);
}
