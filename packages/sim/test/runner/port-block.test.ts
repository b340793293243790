import { createServer, type Server } from 'node:net';
import { portOf } from '@imagemesh/peer';
import { afterEach, expect, test } from 'vitest';
import { PortBlock } from '../../src/runner/port-block.ts';

const taken: PortBlock[] = [];
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(taken.splice(0).map((block) => block.release()));
  await Promise.all(servers.splice(0).map((server) => server[Symbol.asyncDispose]()));
});

test('two labs at once get different blocks', async () => {
  const blocks = await Promise.all([take(), take(), take()]);
  const ports = await Promise.all(blocks.map((block) => block.next()));
  const hundreds = new Set(ports.map((address) => Math.floor(portOf(address) / 100)));
  expect(hundreds.size).toBe(3);
});

test('ports of a block rise, and a busy one is skipped', async () => {
  const block = await take();
  const first = portOf(await block.next());
  // Whoever has it by now: it is busy.
  await listen(first + 1).catch(() => {});
  expect(portOf(await block.next())).toBeGreaterThan(first + 1);
});

test('a port is free when it is handed out', async () => {
  const block = await take();
  for (let i = 0; i < 5; i++) await listen(portOf(await block.next()));
});

test('when a block is used up, the ports of another one follow', async () => {
  const block = await take();
  const ports: number[] = [];
  for (let i = 0; i < 150; i++) ports.push(portOf(await block.next()));
  expect(new Set(ports).size).toBe(150);
  expect(new Set(ports.map((port) => Math.floor(port / 100))).size).toBe(2);
});

test('a block that was given back is free for the next lab', async () => {
  // Another lab of this machine may be quicker, but not every time.
  for (let i = 0; i < 20; i++) {
    const block = await take();
    const lock = Math.floor(portOf(await block.next()) / 100) * 100;
    await expect(listen(lock)).rejects.toThrow('EADDRINUSE');
    await block.release();
    taken.length = 0;
    const isFree = await listen(lock).then(
      () => true,
      () => false,
    );
    if (isFree) return;
  }
  expect.fail('twenty blocks in a row were still busy after they had been given back');
});

async function take(): Promise<PortBlock> {
  const block = await PortBlock.take();
  taken.push(block);
  return block;
}

async function listen(port: number): Promise<void> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  });
}
