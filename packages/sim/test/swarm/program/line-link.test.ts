import { once } from 'node:events';
import { connect, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callLink, serveLinks } from '../../../src/swarm/program/line-link.ts';

let server: Server;
let heard: string[];
let port: number;

beforeEach(async () => {
  heard = [];
  server = serveLinks(0, 'token', (link, before) => {
    link.listen({ onLine: (line) => link.tell(`heard ${line}`), onEnd: () => {} }, before);
  });
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => void server.close());

test('whoever says the token is heard', async () => {
  const link = await callLink('127.0.0.1', port, 'token');
  const two = new Promise<void>((resolve) => {
    const onLine = (line: string): void => {
      if (heard.push(line) === 2) resolve();
    };
    link.listen({ onLine, onEnd: () => {} });
  });
  link.tell('one');
  link.tell('two');
  await two;
  expect(heard).toEqual(['heard one', 'heard two']);
  link.end();
});

test.each(['other', 'tokens', ''])('whoever says "%s" instead is hung up on', async (token) => {
  const link = await callLink('127.0.0.1', port, token);
  const ended = new Promise<void>((resolve) => {
    link.listen({ onLine: (line) => heard.push(line), onEnd: resolve });
  });
  link.tell('one');
  await ended;
  expect(heard).toEqual([]);
});

test('whoever says too much before a line ends is hung up on', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write('x'.repeat(1_000));
  await once(socket.resume(), 'close');
  expect(heard).toEqual([]);
});

test('where nobody listens a call fails', async () => {
  server.close();
  await expect(callLink('127.0.0.1', port, 'token')).rejects.toThrow('nobody answers');
});
