import { connect, type Socket } from 'node:net';
import { formatIp, ipOf, portOf, type Address } from '@imagemesh/peer';
import type { DeafCall } from '../behavior/caller.ts';

/** Calls on real sockets whose answers nobody reads: they are stuck in the buffers of the system. */
export class DeafCalls {
  readonly #sockets = new Set<Socket>();

  /** Sends a request, and reads nothing. `onClosed` is called once, in a later event. */
  ask(address: Address, request: Uint8Array, onClosed: () => void): DeafCall {
    const socket = connect({ host: formatIp(ipOf(address)), port: portOf(address), noDelay: true });
    this.#sockets.add(socket);
    socket.pause();
    // Whoever is called may not be there, or lose its patience; `close` follows.
    socket.on('error', () => {});
    socket.once('close', () => {
      this.#sockets.delete(socket);
      onClosed();
    });
    socket.end(request);
    return { close: () => breakOff(socket) };
  }

  /** Breaks all of them off. */
  close(): void {
    for (const socket of this.#sockets) breakOff(socket);
  }
}

function breakOff(socket: Socket): void {
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
