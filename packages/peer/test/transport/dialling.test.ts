import { createServer, Socket, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { CloseCause, ConnectionHandler } from '../../src/core/host.ts';
import { makeAddress, parseIp } from '../../src/protocol/address.ts';
import { BufferPool } from '../../src/transport/buffer-pool.ts';
import { DialGate } from '../../src/transport/dial-gate.ts';
import { Dialling } from '../../src/transport/dialling.ts';
import { FairTurns } from '../../src/transport/fair-turns.ts';
import { LateEnds } from '../../src/transport/late-ends.ts';
import { NodeConnection } from '../../src/transport/node-connection.ts';
import { until } from '../waiting.ts';

/** A connection of ours through `gate`, whose first `shortages` tries find no files. */
async function dialled(
  gate: DialGate,
  shortages = 0,
): Promise<{
  connection: NodeConnection;
  events: (CloseCause | 'open')[];
  tries(): number;
}> {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const events: (CloseCause | 'open')[] = [];
  const socket = new Socket();
  const connection = new NodeConnection(OWNER, socket, makeAddress(parseIp('127.0.0.1')!, port));
  connection.setHandler({
    onOpen: () => {
      events.push('open');
      connection.end();
    },
    onClose: (cause) => events.push(cause),
    onData() {},
    onEnd() {},
    onDrain() {},
  } satisfies Partial<ConnectionHandler> as unknown as ConnectionHandler);
  let tries = 0;
  const connect = (): void => {
    if (tries++ < shortages)
      socket.destroy(Object.assign(new Error('none left'), { code: 'EMFILE' }));
    else socket.connect({ host: '127.0.0.1', port });
  };
  connection.dial(new Dialling(gate, connect));
  return { connection, events, tries: () => tries };
}

const OWNER = {
  pool: new BufferPool(0),
  turns: new FairTurns(1),
  dispatch: (event: () => void) => event(),
  lateEnds: new LateEnds(),
  flushLater: (connection: NodeConnection): void => connection.flush(),
  dropBody() {},
  newBody: (): never => {
    throw new Error('nobody sends one');
  },
  onClosed() {},
};

test('a connection for which there was no file is dialled again, and nobody is told', async () => {
  const { connection, events, tries } = await dialled(new DialGate(), 1);
  await until(() => events.length === 2);
  expect(events).toEqual(['open', 'end']);
  expect(tries()).toBe(2);
  expect(connection.waitedUs).toBeGreaterThan(50_000);
});

test('one that is destroyed while it waits closes with that cause, once, and is never dialled', async () => {
  const gate = new DialGate(() => 0);
  const { connection, events, tries } = await dialled(gate);
  connection.destroy('timeout');
  connection.destroy('reset');
  // Not inside the call.
  expect(events).toEqual([]);
  await until(() => events.length > 0);
  await new Promise(setImmediate);
  expect(events).toEqual(['timeout']);
  expect(tries()).toBe(0);
});

test('one that has closed makes room for the next', async () => {
  const gate = new DialGate(() => 1);
  const [first, second] = [await dialled(gate), await dialled(gate)];
  expect(second.tries()).toBe(0);
  await until(() => second.events.length === 2);
  expect(first.events).toEqual(['open', 'end']);
  expect(second.connection.waitedUs).toBeGreaterThan(0);
});
