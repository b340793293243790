import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formatIp, ipOf, makeAddress, parseIp, portOf, type Address } from '@imagemesh/peer';
import type { LivePeer, LivePeerOptions } from '../../src/runner/live-peer.ts';
import { LivePeers } from '../../src/runner/live-peers.ts';
import { RealTrouble } from '../../src/runner/real-trouble.ts';
import { planOf } from '../plans.ts';
import { endingOf, readBytes } from '../relay/relayed-peers.ts';

/** A peer that sends back what it gets. When it is killed, its connections end cleanly, as the system does it. */
class EchoPeer implements LivePeer {
  readonly address: Address;
  readonly killed = Promise.withResolvers<void>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, address: Address) {
    this.#server = server;
    this.address = address;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.pipe(socket);
    });
  }

  static async start({ host, port }: LivePeerOptions): Promise<EchoPeer> {
    const server = createServer();
    server.listen({ host, port });
    await once(server, 'listening');
    return new EchoPeer(
      server,
      makeAddress(parseIp(host)!, (server.address() as AddressInfo).port),
    );
  }

  async kill(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.killed.resolve();
  }

  start(): void {}
  request(): Promise<never> {
    return Promise.reject(new Error('it asks for nothing'));
  }
  counts(): Promise<null> {
    return Promise.resolve(null);
  }
  rssBytes(): number {
    return 0;
  }
  stop(): Promise<void> {
    return this.kill();
  }
  pause(): void {}
  resume(): void {}
}

interface Scene {
  readonly peers: LivePeers;
  readonly trouble: RealTrouble;
  /** Resolves when a peer is up again. */
  readonly isUpAgain: Promise<number>;
  /** Calls one peer from where another is. */
  call(from: number, to: number): Promise<Socket>;
}

/** Three peers in a plan in which the second is to vanish. */
async function start(): Promise<Scene> {
  const action = { kind: 'vanish', targets: [] } as const;
  const fault = { phase: null, offsetUs: 0, forUs: null, action, text: '', line: 1 };
  const plan = planOf({ faults: [{ fault, peers: [1], parts: [], from: [], to: [] }] });
  const events = { onKnows() {}, onCrash() {}, onRelayCrash() {} };
  const { signal } = new AbortController();
  const peers = new LivePeers(
    plan,
    { startOwn: (_name, options) => EchoPeer.start(options) },
    signal,
    events,
  );
  onTestFinished(async () => void (await peers.close()));
  await peers.start();
  const upAgain = Promise.withResolvers<number>();
  const trouble = new RealTrouble(peers, {
    onEnded() {},
    onUpAgain: upAgain.resolve,
    onFailed: upAgain.reject,
  });
  const call = async (from: number, to: number): Promise<Socket> => {
    const [here, there] = [peers.all[from]!.address, peers.addresses.of(to)];
    const localAddress = formatIp(ipOf(here));
    const socket = connect({ host: formatIp(ipOf(there)), port: portOf(there), localAddress });
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  return { peers, trouble, isUpAgain: upAgain.promise, call };
}

async function answers(socket: Socket): Promise<string> {
  socket.write('ping');
  return String(await readBytes(socket, 4));
}

describe('a peer that vanishes', () => {
  test('tells nobody; when it is back, it knows nothing of what was, and who calls gets through', async () => {
    const { peers, trouble, isUpAgain, call } = await start();
    const before = await call(0, 1);
    expect(await answers(before)).toBe('ping');
    const gone = peers.all[1] as EchoPeer;
    trouble.vanish(1);
    await gone.killed.promise;
    const during = await call(0, 1);
    during.write('pong');
    // Whatever the relay had heard of the killing, it would have handed on by now.
    expect(await answers(await call(0, 2))).toBe('ping');
    await peers.addresses.relay!.settled();
    expect([before, during].map((socket) => socket.destroyed || socket.readableEnded)).toEqual([
      false,
      false,
    ]);
    trouble.restart(1, true);
    expect(await isUpAgain).toBe(1);
    expect(await endingOf(before)).toBe('ECONNRESET');
    expect(String(await readBytes(during, 4))).toBe('pong');
    expect(await answers(await call(0, 1))).toBe('ping');
  });

  test('is killed when its links are dead, not before', async () => {
    const log: string[] = [];
    const killed = Promise.withResolvers<void>();
    const kill = (): void => {
      log.push('kill');
      killed.resolve();
    };
    const relay = {
      addLinkRule: () => log.push('rule'),
      settled: () => Promise.resolve().then(() => log.push('settled')),
    };
    const peers = {
      all: [null, null],
      addresses: { relay },
      end: (_peer: number, end: (live: { kill: () => void }) => Promise<void>) =>
        void end({ kill }),
    };
    const events = { onEnded() {}, onUpAgain() {}, onFailed() {} };
    new RealTrouble(peers as unknown as LivePeers, events).vanish(1);
    await killed.promise;
    expect(log).toEqual(['rule', 'rule', 'settled', 'kill']);
  });

  test('is no different from one that was killed if that is what happened first', async () => {
    const { peers, trouble, isUpAgain, call } = await start();
    const before = await call(0, 1);
    expect(await answers(before)).toBe('ping');
    const gone = peers.all[1] as EchoPeer;
    trouble.kill(1);
    await gone.killed.promise;
    expect(await endingOf(before)).toBe('end');
    trouble.restart(1, true);
    expect(await isUpAgain).toBe(1);
    expect(await answers(await call(0, 1))).toBe('ping');
  });
});
