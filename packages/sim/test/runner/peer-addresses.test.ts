import { makeAddress, parseIp } from '@imagemesh/peer';
import { expect, test } from 'vitest';
import { PeerAddresses } from '../../src/runner/peer-addresses.ts';
import { planOf } from '../plans.ts';

async function prepared(count: number, run: string | null = null): Promise<PeerAddresses> {
  const plan = planOf({ peers: [{ run }, {}] });
  const [first, other] = plan.peers;
  const peers = Array.from({ length: count }, (_, number) => (number === 0 ? first! : other!));
  const addresses = new PeerAddresses({ ...plan, peers });
  await addresses.prepare(() => {});
  return addresses;
}

const ANY_PORT = { port: 0, announce: null };

test('few peers share one IP address', async () => {
  const addresses = await prepared(999);
  expect(addresses.listening(0)).toEqual({ host: '127.0.0.1', ...ANY_PORT });
  expect(addresses.listening(998)).toEqual({ host: '127.0.0.1', ...ANY_PORT });
});

test('a thousand have one each, where they come back', async () => {
  const addresses = await prepared(1_000);
  expect(addresses.listening(0)).toEqual({ host: '127.64.0.1', ...ANY_PORT });
  expect(addresses.listening(999)).toEqual({ host: '127.64.3.232', ...ANY_PORT });
  const address = makeAddress(parseIp('127.64.3.232')!, 40_000);
  addresses.isUp(999, address);
  expect(addresses.peerAt(address)).toBe(999);
  expect(addresses.listening(999)).toMatchObject({ host: '127.64.3.232', port: 40_000 });
});

test('other programs are told a port of the usual one', async () => {
  const addresses = await prepared(1_000, 'plain {port}');
  try {
    expect(addresses.of(0)).toBeGreaterThan(makeAddress(parseIp('127.0.0.1')!, 20_000));
    expect(addresses.of(0)).toBeLessThan(makeAddress(parseIp('127.0.0.1')!, 32_000));
  } finally {
    await addresses.release();
  }
});
