import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { describeOnEither } from '../../support/databases.ts';
import { serveGraphql } from '../../support/graphql.ts';

describeOnEither('The page of GraphiQL', (database) => {
  const graphql = serveGraphql(database);

  /** Asks for it as a browser does, and as one that knows no compression. */
  const page = (encoding: string | undefined) =>
    new Promise<{ told: number; body: Buffer }>((resolve, reject) => {
      const headers = { accept: 'text/html', ...(encoding && { 'accept-encoding': encoding }) };
      request(graphql.url(), { headers }, async (response) => {
        const told = Number(response.headers['content-length']);
        resolve({ told, body: Buffer.concat(await response.toArray()) });
      })
        .on('error', reject)
        .end();
    });

  it('comes whole, compressed or not, whoever asked for it before', async () => {
    const plain = await page(undefined);
    const packed = await page('gzip');
    const again = await page(undefined);
    for (const { told, body } of [plain, packed, again]) expect(body).toHaveLength(told);
    expect(packed.told).toBeLessThan(plain.told);
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    expect(again.body.equals(plain.body)).toBe(true);
  });
});
