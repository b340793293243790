/**
 * A port of its own for whoever watches the peer: `/metrics` for Prometheus, `/healthz` and `/readyz` for what
 * starts and stops it. It only ever reads, and everything about it is bounded.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isOurHost } from './host-header.ts';

/** What is shown, and where. */
export interface StatusServerOptions {
  /** IPv4 address to listen on. */
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Names that a request may have in its `Host` header, beside those of loopback and the address itself. */
  readonly names: readonly string[];
  /** The metrics as Prometheus reads them, and the type of that. */
  readonly metrics: () => Promise<{ readonly text: string; readonly type: string }>;
  /** Why the peer cannot be of use now; null: it can. */
  readonly unready: () => Promise<string | null>;
}

/** Connections at once; whoever watches needs one or two. */
const MOST_CONNECTIONS = 32;

/** For a request to arrive, for a reader to take an answer, and for a connection to do nothing. */
const PATIENCE_MS = 5_000;

const MOST_HEADER_BYTES = 8 * 1_024;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

/** See the head of this file. */
export class StatusServer {
  readonly #options: StatusServerOptions;
  readonly #server: Server;
  /** The metrics that are being gathered; all who ask meanwhile get the same. */
  #gathering: Promise<Answer> | null = null;

  private constructor(options: StatusServerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        headersTimeout: PATIENCE_MS,
        requestTimeout: PATIENCE_MS,
        keepAliveTimeout: PATIENCE_MS,
        connectionsCheckingInterval: 1_000,
        maxHeaderSize: MOST_HEADER_BYTES,
      },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.setTimeout(PATIENCE_MS);
  }

  /** Listens. Rejects with the system's error. */
  static async start(options: StatusServerOptions): Promise<StatusServer> {
    const status = new StatusServer(options);
    const server = status.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: options.host, port: options.port, exclusive: true }, resolve);
    });
    server.removeAllListeners('error');
    // From here on it is one connection that could not be accepted.
    server.on('error', () => {});
    return status;
  }

  /** `http://127.0.0.1:9464`. */
  get url(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  /** Accepts nothing any more and closes what is open. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, text, type } = await this.#answerTo(request);
    response.statusCode = status;
    response.setHeader('Content-Type', type ?? 'text/plain; charset=utf-8');
    response.setHeader('Content-Length', Buffer.byteLength(text));
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    if (status === 405) response.setHeader('Allow', 'GET, HEAD');
    // Nothing more is worth hearing from whoever is in the wrong place.
    if (status >= 400 && status !== 503) response.setHeader('Connection', 'close');
    response.end(request.method === 'HEAD' ? undefined : text);
  }

  async #answerTo({ method, headers, socket, url }: IncomingMessage): Promise<Answer> {
    const { names } = this.#options;
    if (!isOurHost(headers.host, socket.localAddress ?? '', names)) {
      return { status: 421, text: 'This is not the host that the request names.\n' };
    }
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'Only GET and HEAD.\n' };
    switch (url?.split('?', 1)[0]) {
      case '/metrics':
        return await this.#metrics();
      case '/healthz':
        return { status: 200, text: 'alive\n' };
      case '/readyz':
        return await this.#readiness();
      default:
        return { status: 404, text: 'There are /metrics, /healthz and /readyz.\n' };
    }
  }

  #metrics(): Promise<Answer> {
    this.#gathering ??= this.#options
      .metrics()
      .then(
        ({ text, type }) => ({ status: 200, text, type }),
        () => ({ status: 500, text: 'The metrics could not be gathered.\n' }),
      )
      .finally(() => {
        this.#gathering = null;
      });
    return this.#gathering;
  }

  async #readiness(): Promise<Answer> {
    const why = await this.#options.unready();
    if (why === null) return { status: 200, text: 'ready\n' };
    return { status: 503, text: `not ready: ${why}\n` };
  }
}
