import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Nobody but this machine can reach it. */
const HOST = '127.0.0.1';

/** Answers one request to a path. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What is served until it is closed. */
export interface LoopbackServer {
  /** Where a browser finds `/`. */
  readonly address: string;
  /** Ends every connection; resolves when nothing is open any more. */
  close(): Promise<void>;
}

/**
 * Serves some paths on loopback, to be read only, at a port or at a free one. Rejects with the system's error
 * when it cannot listen.
 */
export async function serveLoopback(
  answers: ReadonlyMap<string, Answer>,
  port = 0,
): Promise<LoopbackServer> {
  const server = createServer((request, response) => dispatch(server, answers, request, response));
  server.listen(port, HOST);
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

function dispatch(
  server: Server,
  answers: ReadonlyMap<string, Answer>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { headers, method, url } = request;
  const answer = answers.get(url ?? '');
  if (!isOwn(server, headers)) response.writeHead(403).end();
  else if (answer === undefined) response.writeHead(404).end();
  else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405).end();
  else answer(request, response);
}

/**
 * Whether a request comes from our own page, or from nobody's. Another site may have its name lead to this
 * machine, and would read the page through the browser; or may ask by our name, and take up a place.
 */
function isOwn(server: Server, { host, origin }: IncomingMessage['headers']): boolean {
  const names = [HOST, 'localhost'].map((name) => `${name}:${portOf(server)}`);
  if (!names.includes(host ?? '')) return false;
  return origin === undefined || names.some((name) => origin === `http://${name}`);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
