import { connect, Socket, type SocketConstructorOpts } from 'node:net';
import { formatIp, ipOf, portOf, type Address } from '@imagemesh/peer';

/** Takes what a socket reads. */
export interface Reader {
  /** Where the next bytes are to be read into. Asked before the first read and after each. */
  buffer(): Uint8Array;
  /** `count` bytes stand at the beginning of `buffer`. False: read no more until `resume`. */
  take(count: number, buffer: Uint8Array): boolean;
}

/** Dials `address`, from an address of this machine; null: whichever the system takes. */
export function dial(address: Address, from: Address | null, reader: Reader): Socket {
  return connect({
    host: formatIp(ipOf(address)),
    port: portOf(address),
    ...(from !== null && { localAddress: formatIp(ipOf(from)), localPort: portOf(from) }),
    allowHalfOpen: true,
    noDelay: true,
    onread: onRead(reader),
  });
}

/** Whether dialling failed because of the address that it was to be done from. */
export function isSourceTaken({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EADDRINUSE' || code === 'EADDRNOTAVAIL';
}

/**
 * Lets `reader` take what an accepted socket reads, which must not have begun to. Node offers this to
 * sockets that dial alone, so the connection is moved into such a socket; with `data` events, for each of
 * which a buffer is made, a stream went through the relay at half the speed.
 */
export function adopt(accepted: Socket, reader: Reader): Socket {
  const holder = accepted as unknown as { _handle: object | null };
  // oxlint-disable-next-line no-underscore-dangle -- Node has no other name for it
  const handle = holder._handle;
  // oxlint-disable-next-line no-underscore-dangle -- see above
  holder._handle = null;
  // Its server counts it as open until then, and would never have closed.
  accepted.destroy();
  const options = { handle, allowHalfOpen: true, onread: onRead(reader) };
  return new Socket(options as unknown as SocketConstructorOpts);
}

/** Resets a connection; its socket closes soon. */
export function reset(socket: Socket): void {
  if (socket.destroyed) return;
  // Node never closes a socket that is reset while its end is being sent.
  if (isSendingEnd(socket)) socket.once('finish', () => socket.resetAndDestroy());
  else socket.resetAndDestroy();
}

function isSendingEnd(socket: Socket): boolean {
  return socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
}

function onRead(reader: Reader): {
  buffer: () => Uint8Array;
  callback: (count: number, buffer: Uint8Array) => boolean;
} {
  return {
    buffer: () => reader.buffer(),
    callback: (count, buffer) => reader.take(count, buffer),
  };
}
