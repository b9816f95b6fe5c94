import { gzipSync } from 'node:zlib';
import { makeKeyText } from '../../contract/keyText.ts';
import { writeRequest } from '../measure/request.ts';
import { type Attack, flood, hold } from './attack.ts';

const lineEnd = '\r\n';

/** Attacks on a server, by somebody without credentials or with a key that may read, report and work. */
export function attacksOn(byKey: Record<string, string>): Attack[] {
  const ask = (query: string) => {
    const request = writeRequest('POST', '/graphql', { query }, byKey);
    return () => request;
  };
  const aliases = Array.from({ length: 10_000 }, (_, index) => `a${index}: viewer { id }`).join(' ');
  const costly = `{ runs(first: 200) { nodes { tasks(first: 200) { nodes { databaseId attempts { number } } } } } }`;
  const key = Object.entries(byKey)
    .map(([name, value]) => `${name}: ${value}${lineEnd}`)
    .join('');
  const head = (first: string, more = '') =>
    `${first} HTTP/1.1${lineEnd}Host: 127.0.0.1${lineEnd}${key}${more}`;
  const body = (length: number) =>
    `Content-Type: application/json${lineEnd}Content-Length: ${length}${lineEnd}${lineEnd}`;
  const bomb = gzipSync(Buffer.alloc(20_000_000, ' '));
  return [
    flood('wrong keys, each another', () =>
      writeRequest('GET', '/agents/tasks/paged', undefined, { authorization: `Bearer ${makeKeyText()}` }),
    ),
    flood('1,000 levels', ask(`{ ${'a { '.repeat(1000)}b ${'} '.repeat(1000)}}`)),
    flood('10,000 aliases', ask(`{ ${aliases} }`)),
    flood(
      'fragments in a circle',
      ask('fragment A on Viewer { ...B } fragment B on Viewer { ...A } { viewer { ...A } }'),
    ),
    flood('10,000 directives', ask(`{ viewer { id ${'@skip(if: false) '.repeat(10_000)} } }`)),
    flood('a query of 8 MB', ask(`{ viewer { ${'id '.repeat(2_600_000)} } }`)),
    flood('a query of many nodes', ask(costly)),
    flood('bodies of 20 MB', ask(' '.repeat(20_000_000))),
    flood('a packed body of 20 MB', () =>
      Buffer.concat([
        Buffer.from(head('POST /graphql', `Content-Encoding: gzip${lineEnd}${body(bomb.length)}`)),
        bomb,
      ]),
    ),
    hold('2,000 idle connections', 2000, ''),
    hold('500 slow heads', 500, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n', `X-More: x${lineEnd}`),
    hold('500 slow bodies', 500, head('POST /graphql', body(1_000_000)), ' '),
    hold('200 slow readers of CSV', 200, `${head('GET /agents/tasks/paged.csv')}${lineEnd}`),
    hold(
      '1,000 subscriptions',
      1000,
      `${head('POST /graphql', `Accept: text/event-stream${lineEnd}${body(subscription.length)}`)}${subscription}`,
    ),
  ];
}

const subscription = JSON.stringify({ query: 'subscription { taskChanged(runId: "r") { databaseId } }' });
