import { connect, type Socket } from 'node:net';

/** Bytes of a reply that are kept to look at. */
const KEPT_BYTES = 4_096;

/** Whom a hostile caller calls, and as whom. */
export interface Call {
  readonly port: number;
  /** The loopback address that it calls from; the system's choice where that is not Linux. */
  readonly source?: string;
  /** Never reads what comes. */
  readonly isDeaf?: boolean;
  /** Told of everything that arrives. */
  readonly onBytes?: (bytes: Uint8Array) => void;
}

/** A raw connection to the peer, which does what an attack has it do. */
export class HostileCaller {
  readonly socket: Socket;
  /** Resolves when the connection is over, however that came. */
  readonly closed: Promise<void>;
  isOpen = false;
  isClosed = false;
  /** The code of the error that ended it. */
  error = '';
  receivedBytes = 0;
  #head = '';

  constructor({ port, source, isDeaf = false, onBytes }: Call) {
    const isBound = source !== undefined && process.platform === 'linux';
    this.socket = connect({
      host: '127.0.0.1',
      port,
      ...(isBound && { localAddress: source }),
      allowHalfOpen: true,
      noDelay: true,
    });
    this.socket.on('connect', () => (this.isOpen = true));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code ?? ''));
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
    if (isDeaf) return;
    this.socket.on('data', (bytes: Buffer) => {
      this.receivedBytes += bytes.length;
      if (this.#head.length < KEPT_BYTES) this.#head += bytes.toString('latin1');
      onBytes?.(bytes);
    });
    // What the peer has ended is over: nobody waits for our end.
    this.socket.on('end', () => this.socket.end());
  }

  /** The beginning of what has arrived, in Latin-1. */
  get reply(): string {
    return this.#head;
  }

  write(bytes: string | Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  end(): void {
    this.socket.end();
  }

  /** Leaves at once, without the minute for which the system would keep the port. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}

/** Resets those that are still open, and waits until all are gone. */
export async function leaveAll(callers: readonly HostileCaller[]): Promise<void> {
  for (const caller of callers) if (!caller.isClosed) caller.reset();
  await Promise.all(callers.map(({ closed }) => closed));
}

/** How many of them the other side has closed. */
export function countClosed(callers: readonly HostileCaller[]): number {
  return callers.filter(({ isClosed }) => isClosed).length;
}
