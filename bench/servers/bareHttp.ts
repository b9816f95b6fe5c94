import { createServer } from 'node:http';
import { announce } from './announce.ts';

/** A server that answers everything with nothing: no server starts sooner. */
const server = createServer((_request, response) => response.end());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  announce(`http://127.0.0.1:${port}`, async () => {
    server.close();
    server.closeAllConnections();
  });
});
