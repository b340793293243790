import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Nobody but this machine can reach it. */
const HOST = '127.0.0.1';

/** A page that is served until it is closed. */
export interface ServedPage {
  /** Where a browser finds it. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves one page on loopback, at a free port. Rejects with the system's error when it cannot listen. */
export async function servePage(html: string): Promise<ServedPage> {
  const server = createServer((request, response) => answer(server, html, request, response));
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    address: `http://${HOST}:${portOf(server)}/`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(
  server: Server,
  html: string,
  { headers, method, url }: IncomingMessage,
  response: ServerResponse,
): void {
  // Another site may have its name lead to this machine, and would read the page through the browser.
  const names = [HOST, 'localhost'].map((name) => `${name}:${portOf(server)}`);
  if (!names.includes(headers.host ?? '')) response.writeHead(403).end();
  else if (url !== '/') response.writeHead(404).end();
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405).end();
  else {
    const type = 'text/html; charset=utf-8';
    const length = Buffer.byteLength(html);
    response.writeHead(200, {
      'content-type': type,
      'content-length': length,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    response.end(method === 'HEAD' ? undefined : html);
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
