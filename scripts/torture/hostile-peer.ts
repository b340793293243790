import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A program that listens as a peer would, and answers as an attack has it answer. */
export class HostilePeer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connections that it has had. */
  connections = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a loopback address. `answer` is given each request as far as it came in one piece. */
  static async start(
    answer: (socket: Socket, request: string) => void,
    host: string = '127.0.0.1',
  ): Promise<HostilePeer> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const peer = new HostilePeer(server);
    server.on('connection', (socket) => peer.#serve(socket, answer));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, host, resolve);
    });
    return peer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Closes it with all its connections. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket, answer: (socket: Socket, request: string) => void): void {
    this.connections++;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.once('data', (bytes: Buffer) => answer(socket, bytes.toString('latin1')));
  }
}
