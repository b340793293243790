import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatAddress, formatIp, ipOf, makeAddress, parseIp, portOf } from '@imagemesh/peer';
import { Relay } from '../../src/relay/relay.ts';
import {
  endingOf,
  links,
  noise,
  readBytes,
  readToEnd,
  RelayedPeer,
  rule,
  startRelayed,
  until,
} from './relayed-peers.ts';

const MIB = 1_024 * 1_024;

describe('a connection through the relay', () => {
  test('carries bytes both ways, and the called peer sees who calls', async () => {
    const { peers } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    expect(other.remoteAddress).toBe(peers[0]!.ip);
    own.write('ping');
    expect(String(await readBytes(other, 4))).toBe('ping');
    other.write('pong');
    expect(String(await readBytes(own, 4))).toBe('pong');
  });

  test('comes from the address that all are known by, and is told apart by the own one of the caller', async () => {
    const all = parseIp('127.90.7.1')!;
    const relay = new Relay(1, null, all);
    onTestFinished(() => relay.close());
    const [one, two, three] = [
      await RelayedPeer.start(relay, 0, all),
      await RelayedPeer.start(relay, 1, all),
      await RelayedPeer.start(relay, 2, all),
    ];
    expect(formatIp(ipOf(one.address))).toBe('127.90.7.1');
    relay.addLinkRule(links([0], [1]), rule({ isReset: true }));
    expect(await endingOf(one.dial(two))).toBe('ECONNRESET');
    const [, other] = await three.connected(two);
    expect(other.remoteAddress).toBe('127.90.7.1');
  });

  test('works from an address that no peer has', async () => {
    const { peers } = await startRelayed(1);
    const { address } = peers[0]!;
    const own = connect({ host: formatIp(ipOf(address)), port: portOf(address) });
    onTestFinished(() => void own.destroy());
    own.write('ping');
    const other = await peers[0]!.accepted();
    expect(String(await readBytes(other, 4))).toBe('ping');
  });

  test('passes on the end of one side alone', async () => {
    const { peers, relay } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    own.end('question');
    expect(await readToEnd(other)).toEqual({ bytes: Buffer.from('question'), ending: 'end' });
    other.end('answer');
    expect(await readToEnd(own)).toEqual({ bytes: Buffer.from('answer'), ending: 'end' });
    await relay.close();
  });

  test.each(['caller', 'called'])('passes on a reset by the %s', async (who) => {
    const { peers } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    const [from, to] = who === 'caller' ? [own, other] : [other, own];
    from.resetAndDestroy();
    expect(await endingOf(to)).toBe('ECONNRESET');
  });

  test('passes on a reset after one side has ended', async () => {
    const { peers } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    own.end();
    expect(await endingOf(other)).toBe('end');
    own.resetAndDestroy();
    await once(own, 'close');
    // As without a relay, this shows to whoever writes there.
    const closed = new Promise((resolve) => other.once('close', resolve));
    const writing = setInterval(() => other.write('answer'), 1);
    onTestFinished(() => clearInterval(writing));
    await closed;
    expect(other.errored).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
  });

  test('leaves from another port when somebody listens on the one that it would take', async () => {
    const { peers } = await startRelayed(2);
    const [, first] = await peers[0]!.connected(peers[1]!);
    const host = peers[0]!.ip;
    for (const ahead of [1, 2, 3]) {
      const server = createServer().listen({ host, port: first.remotePort! + ahead });
      await once(server, 'listening');
      onTestFinished(() => void server.close());
    }
    const [, second] = await peers[0]!.connected(peers[1]!);
    expect(second.remotePort).toBe(first.remotePort! + 4);
  });

  test('is reset when nobody listens where it leads', async () => {
    const { peers } = await startRelayed(2);
    await peers[1]!.stop();
    expect(await endingOf(peers[0]!.dial(peers[1]!))).toBe('ECONNRESET');
  });

  test('is reset when it is not known yet where the peer is', async () => {
    const { peers, relay } = await startRelayed(1);
    const address = await relay.attach(7, makeAddress(ipOf(peers[0]!.address) + 7, 0));
    const own = connect({ host: formatIp(ipOf(address)), port: portOf(address) });
    onTestFinished(() => void own.destroy());
    expect(await endingOf(own)).toBe('ECONNRESET');
  });

  test('carries 32 MiB each way at once, unchanged', async () => {
    const { peers } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    const bytes = noise(32 * MIB);
    own.end(bytes);
    other.end(bytes);
    const [there, back] = await Promise.all([readToEnd(other), readToEnd(own)]);
    expect(there.bytes.equals(bytes)).toBe(true);
    expect(back.bytes.equals(bytes)).toBe(true);
  });

  test('does not mix with others', async () => {
    const { peers } = await startRelayed(3);
    const bytes = noise(MIB);
    const one = async (i: number): Promise<boolean> => {
      const own = await peers[i % 3]!.call(peers[(i + 1) % 3]!);
      own.end(Buffer.concat([Buffer.from([i]), bytes.subarray(i)]));
      const { bytes: answer } = await readToEnd(own);
      return answer.equals(Buffer.concat([Buffer.from([i]), bytes.subarray(i)]));
    };
    for (const peer of peers) {
      void (async () => {
        for (;;) (await peer.accepted()).on('data', echo).on('end', endBack);
      })();
    }
    const all = await Promise.all(Array.from({ length: 60 }, (_, i) => one(i)));
    expect(all).toEqual(all.map(() => true));
  });

  test('survives a receiver that begins to read late', async () => {
    const { peers } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    const bytes = noise(32 * MIB);
    own.end(bytes);
    // Answered only when the relay and both kernels are full and stand still, or later.
    other.write('not yet');
    await readBytes(own, 7);
    expect(own.writableLength).toBeGreaterThan(0);
    const { bytes: received } = await readToEnd(other);
    expect(received.equals(bytes)).toBe(true);
  });
});

describe('a relay', () => {
  test('that closes resets its connections and listens no more', async () => {
    const { peers, relay } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    expect(relay.connections).toBe(1);
    own.write('ping');
    await readBytes(other, 4);
    const endings = Promise.all([endingOf(own), endingOf(other)]);
    await relay.close();
    expect(relay.connections).toBe(0);
    expect(await endings).toEqual(['ECONNRESET', 'ECONNRESET']);
    await expect(peers[0]!.call(peers[1]!)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('forgets connections that are over', async () => {
    const { peers, relay } = await startRelayed(2);
    const [own, other] = await peers[0]!.connected(peers[1]!);
    own.end();
    other.end();
    await Promise.all([endingOf(own), endingOf(other)]);
    await until(() => relay.connections === 0);
  });

  test('follows a peer that listens elsewhere now', async () => {
    const { peers, relay } = await startRelayed(2);
    const [before] = await peers[0]!.connected(peers[1]!);
    relay.route(1, makeAddress(ipOf(peers[0]!.address), 1));
    expect(await endingOf(peers[0]!.dial(peers[1]!))).toBe('ECONNRESET');
    expect(before.destroyed).toBe(false);
  });

  test('says when it cannot listen', async () => {
    const { peers } = await startRelayed(1);
    const relay = new Relay(1);
    onTestFinished(() => relay.close());
    const { address } = peers[0]!;
    await expect(relay.attach(0, address)).rejects.toThrow(
      `The relay cannot listen on ${formatAddress(address)} (EADDRINUSE)`,
    );
  });

  test('carries 2,000 connections at once', { timeout: 120_000 }, async () => {
    const { peers, relay } = await startRelayed(4);
    const pairs = await Promise.all(
      Array.from({ length: 2_000 }, (_, i) => peers[i % 4]!.call(peers[(i + 1) % 4]!)),
    );
    const others = await Promise.all(pairs.map((_, i) => peers[(i + 1) % 4]!.accepted()));
    expect(relay.connections).toBe(2_000);
    others.forEach((other) => other.on('data', echo).on('end', endBack));
    pairs.forEach((own, i) => own.end(`call ${i}`));
    const answers = await Promise.all(pairs.map(readToEnd));
    expect(answers.map(({ bytes }) => String(bytes))).toEqual(pairs.map((_, i) => `call ${i}`));
  });
});

function echo(this: { write(bytes: Buffer): boolean }, bytes: Buffer): void {
  this.write(bytes);
}

function endBack(this: { end(): void }): void {
  this.end();
}
