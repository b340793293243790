import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatIp, ipOf, portOf, type Address } from '@imagemesh/peer';

/** Another program cannot tell us when it listens, so it is asked this often. */
const PAUSE_MS = 25;

/** A program that accepts and says nothing is asked again after this. */
const PATIENCE_MS = 3_000;

const LIST = 'PEERS:';

/** Resolves when whoever listens at `address` answers a greeting; never, once `signal` is aborted. */
export async function probe(address: Address, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (await answersGreeting(address, signal)) return;
    await sleep(PAUSE_MS);
  }
  await new Promise(() => {});
}

function answersGreeting(address: Address, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: formatIp(ipOf(address)), port: portOf(address), noDelay: true });
    let reply = '';
    const end = (): void => {
      signal.removeEventListener('abort', end);
      socket.destroy();
      resolve(reply.startsWith(LIST));
    };
    signal.addEventListener('abort', end);
    socket.on('connect', () => socket.write('HELLO'));
    socket.on('data', (bytes) => {
      reply += bytes.toString('latin1');
      if (reply.length >= LIST.length) end();
    });
    socket.setTimeout(PATIENCE_MS, end);
    socket.on('error', end);
    socket.on('close', end);
  });
}
