import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createPeer } from '../../src/create-peer.ts';
import { portOf } from '../../src/protocol/address.ts';
import { LateEnds } from '../../src/transport/late-ends.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Lets the event loop go round once. */
function round(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('an end comes one round later, each once', async () => {
  const ends = new LateEnds();
  const ended: string[] = [];
  const add = (name: string): void => ends.add({ endNow: () => ended.push(name) });
  add('a');
  await round();
  expect(ended).toEqual([]);
  add('b');
  await round();
  expect(ended).toEqual(['a']);
  await round();
  await round();
  expect(ended).toEqual(['a', 'b']);
});

async function connected(): Promise<Socket> {
  const images = await temporaryFolder();
  await writeFile(join(images, 'cat.png'), 'the cat');
  const peer = await createPeer({ images, port: 0, host: '127.0.0.1' });
  onTestFinished(() => peer.stop());
  return connect({ host: '127.0.0.1', port: portOf(peer.address), allowHalfOpen: true });
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  await once(socket, 'end');
  return text;
}

test.each([
  ['REQ: cat.png', 'RES: the cat'],
  ['REQ: dog.png', 'ERR: not_found'],
  ['HELLO', 'PEERS: '],
])('%s is answered to its end, whether the caller has ended or not', async (request, answer) => {
  const ending = await connected();
  ending.end(request);
  expect(await readAll(ending)).toBe(answer);
  const waiting = await connected();
  waiting.write(request);
  expect(await readAll(waiting)).toBe(answer);
  waiting.destroy();
});
