import { describe, expect, onTestFinished, test } from 'vitest';
import { formatAddress } from '@imagemesh/peer';
import { RelayThread } from '../../src/relay/relay-thread.ts';
import { RunError } from '../../src/result/run-error.ts';
import { endingOf, links, readBytes, RelayedPeer, rule } from './relayed-peers.ts';

async function openRelay(): Promise<RelayThread> {
  const relay = await RelayThread.open(1, (error) => {
    throw error;
  });
  onTestFinished(() => relay.close());
  return relay;
}

describe('a relay on a thread of its own', () => {
  test('carries connections, obeys rules and lets go of them', async () => {
    const relay = await openRelay();
    const one = await RelayedPeer.start(relay, 0);
    const two = await RelayedPeer.start(relay, 1);
    const [own, other] = await one.connected(two);
    expect(other.remoteAddress).toBe(one.ip);
    own.write('ping');
    expect(String(await readBytes(other, 4))).toBe('ping');
    const heal = relay.addLinkRule(links([0], [1]), rule({ isReset: true }));
    expect(await endingOf(own)).toBe('ECONNRESET');
    await relay.settled();
    expect(await endingOf(one.dial(two))).toBe('ECONNRESET');
    heal();
    await relay.settled();
    const [again, still] = await one.connected(two);
    again.write('ping');
    expect(String(await readBytes(still, 4))).toBe('ping');
  });

  test('has done what it was told when it says so', async () => {
    const relay = await openRelay();
    const one = await RelayedPeer.start(relay, 0);
    const two = await RelayedPeer.start(relay, 1);
    const [own, other] = await one.connected(two);
    own.write('ping');
    await readBytes(other, 4);
    relay.addLinkRule(links([0], [1]), rule({ isHalfOpen: true }));
    await relay.settled();
    other.resetAndDestroy();
    own.write('into the void');
    const [third, fourth] = await two.connected(one);
    third.write('ping');
    expect(String(await readBytes(fourth, 4))).toBe('ping');
    expect(own.destroyed).toBe(false);
  });

  test('listens no more once it is closed, and does nothing any more', async () => {
    const relay = await openRelay();
    const one = await RelayedPeer.start(relay, 0);
    await relay.close();
    await expect(one.call(one)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(relay.attach(1, one.address)).rejects.toThrow('The relay has ended.');
    await relay.close();
  });

  test('says in one sentence when it cannot listen', async () => {
    const [relay, other] = [await openRelay(), await openRelay()];
    const { address } = await RelayedPeer.start(relay, 0);
    const refused = other.attach(0, address);
    await expect(refused).rejects.toBeInstanceOf(RunError);
    await expect(refused).rejects.toThrow(
      `The relay cannot listen on ${formatAddress(address)} (EADDRINUSE)`,
    );
  });
});
