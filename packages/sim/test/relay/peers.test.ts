import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  createPeer,
  formatIp,
  ipOf,
  makeAddress,
  parseIp,
  type Address,
  type RunningPeer,
} from '@imagemesh/peer';
import { Relay } from '../../src/relay/relay.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { links, noise, rule, until } from './relayed-peers.ts';

/** A peer of the project behind the relay, and the address that others are to know it by. */
async function startPeer(
  relay: Relay,
  number: number,
): Promise<{ peer: RunningPeer; address: Address }> {
  const address = await relay.attach(number, makeAddress(parseIp('127.90.1.1')! + number, 0));
  const images = await temporaryFolder();
  for (const name of ['one', 'two']) {
    await writeFile(join(images, `${name}-${number}.bin`), noise(300_000));
  }
  const host = formatIp(ipOf(address));
  const peer = await createPeer({ images, host, port: 0, announce: address });
  onTestFinished(() => peer.stop());
  relay.route(number, peer.address);
  return { peer, address };
}

test('peers find one another and fetch through the relay, by their public addresses', async () => {
  const relay = new Relay(1);
  onTestFinished(() => relay.close());
  const all = [await startPeer(relay, 0), await startPeer(relay, 1), await startPeer(relay, 2)];
  const [hub] = all;
  for (const { peer } of all) peer.start([hub!.address]);
  await until(() => all.every(({ peer }) => peer.known().length === 2));
  for (const { peer, address } of all) {
    const others = all.map((one) => one.address).filter((one) => one !== address);
    expect(peer.known().toSorted()).toEqual(others.toSorted());
  }
  const [, one, two] = all;
  const whole = await one!.peer.fetch('one-2.bin', two!.address).result;
  expect(whole).toMatchObject({ outcome: 'found', image: { sizeBytes: 300_000 } });
  relay.addLinkRule(links([2], [1]), rule({ limitBytes: 200_000 }));
  const part = await one!.peer.fetch('two-2.bin', two!.address).result;
  expect(part).toMatchObject({ image: null, attempts: [{ outcome: 'reset' }] });
  // To another, the same peer answers in full.
  const other = await hub!.peer.fetch('two-2.bin', two!.address).result;
  expect(other).toMatchObject({ outcome: 'found' });
});
