/** What the relay costs that link faults act through on real sockets. Linux only: it needs 127.0.0.0/8. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  formatIp,
  ipOf,
  makeAddress,
  parseAddress,
  parseIp,
  portOf,
  type Address,
} from '../../packages/peer/src/index.ts';
import { RelayThread } from '../../packages/sim/src/relay/relay-thread.ts';
import { Relay } from '../../packages/sim/src/relay/relay.ts';
import { median, type Benchmark, type Group } from './benchmark.ts';
import { HEAD_BYTES, writeImages } from './images.ts';
import type { LoadCommand, LoadReport } from './program/load-command.ts';
import { inTurn } from './rounds.ts';
import { ECHO_SERVER, LOAD_GENERATOR, PLAIN_SERVER, type Workbench } from './workbench.ts';

const MIB = 1_024 * 1_024;

/** Callers are at these addresses, with the one who is called. */
const CALLED = parseIp('127.84.0.1')!;
const CALLERS = [2, 3, 4, 5].map((last) => `127.84.0.${last}`);

/** Everything is read into one buffer and dropped. */
const buffer = Buffer.allocUnsafeSlow(MIB);

/** Starts a relay in front of somebody, in a thread or in this one. Gives its public address. */
async function attach(bench: Workbench, place: 'thread' | 'here', to: Address): Promise<Address> {
  const crash = (error: Error): never => {
    throw error;
  };
  const relay = place === 'thread' ? await RelayThread.open(1, crash) : new Relay(1);
  bench.stopLater(() => relay.close());
  const address = await relay.attach(0, makeAddress(ipOf(to), 0));
  relay.route(0, to);
  return address;
}

async function startEcho(bench: Workbench): Promise<Address> {
  const child = bench.start([ECHO_SERVER, formatIp(CALLED)]);
  const { address } = await child.next<{ event: 'listening'; address: string }>('listening');
  return parseAddress(address)!;
}

/** A connection that calls `onBytes` with the number of those that have come. */
async function call(
  to: Address,
  from: string,
  onBytes: (count: number, socket: Socket) => void,
): Promise<Socket> {
  const socket = connect({
    host: formatIp(ipOf(to)),
    port: portOf(to),
    localAddress: from,
    noDelay: true,
    onread: {
      buffer,
      callback: (count) => {
        onBytes(count, socket);
        return true;
      },
    },
  });
  await once(socket, 'connect');
  return socket;
}

const EXCHANGES = 3_000;

/** Microseconds that half of the exchanges took at most. */
async function exchange(to: Address): Promise<number> {
  const message = Buffer.alloc(64, 'exchange');
  const times: number[] = [];
  let sentMs = 0;
  const socket = await call(to, CALLERS[0]!, (_count, socket) => {
    times.push((performance.now() - sentMs) * 1_000);
    if (times.length === EXCHANGES) return void socket.destroy();
    sentMs = performance.now();
    socket.write(message);
  });
  sentMs = performance.now();
  socket.write(message);
  await once(socket, 'close');
  return median(times);
}

const exchanges: Benchmark = {
  name: 'exchange',
  about: `${EXCHANGES} exchanges of 64 bytes, one after the other, on one connection: p50`,
  async measure(bench) {
    const server = await startEcho(bench);
    const [thread, here] = [
      await attach(bench, 'thread', server),
      await attach(bench, 'here', server),
    ];
    const times = await inTurn(
      {
        direct: () => exchange(server),
        thread: () => exchange(thread),
        here: () => exchange(here),
      },
      9,
    );
    const more = times.thread.map((time, round) => time - times.direct[round]!);
    const target = { bound: 'at most', value: 60, judged: 'median' } as const;
    return {
      rows: [
        { what: 'direct', unit: 'µs', values: times.direct },
        { what: 'through the relay', unit: 'µs', values: times.thread },
        { what: 'through one on the thread of the caller', unit: 'µs', values: times.here },
        { what: 'what the relay adds', unit: 'µs', values: more, target },
      ],
      notes: ['The server is a process of its own, the relay a thread of the caller.'],
    };
  },
};

const STREAM_MIB = 512;

/** Gigabytes a second of one stream. */
async function stream(to: Address): Promise<number> {
  let received = 0;
  const socket = await call(to, CALLERS[0]!, (count) => (received += count));
  const startMs = performance.now();
  socket.write(`stream ${STREAM_MIB}\n`);
  await once(socket, 'close');
  if (received !== STREAM_MIB * MIB) throw new Error(`${received} bytes came`);
  return received / (performance.now() - startMs) / 1e6;
}

const streams: Benchmark = {
  name: 'stream',
  about: `one stream of ${STREAM_MIB} MiB`,
  async measure(bench) {
    const server = await startEcho(bench);
    const relay = await attach(bench, 'thread', server);
    const speeds = await inTurn({ direct: () => stream(server), relay: () => stream(relay) }, 7);
    const target = { bound: 'at least', value: 1, judged: 'median' } as const;
    return {
      rows: [
        { what: 'direct', unit: 'GB/s', values: speeds.direct },
        { what: 'through the relay', unit: 'GB/s', values: speeds.relay, target },
      ],
      notes: [],
    };
  },
};

const CONNECTIONS = 2_000;

/** Opens all connections, then sends and awaits 64 bytes on each. Milliseconds, and how many failed. */
async function many(to: Address): Promise<{ ms: number; failed: number }> {
  const startMs = performance.now();
  const message = Buffer.alloc(64, 'many');
  const answered = new Set<Socket>();
  const dials = Array.from({ length: CONNECTIONS }, (_, i) =>
    call(to, CALLERS[i % CALLERS.length]!, (_count, socket) => {
      answered.add(socket);
      socket.end();
    }),
  );
  const sockets = (await Promise.allSettled(dials)).flatMap((dial) =>
    dial.status === 'fulfilled' ? [dial.value] : [],
  );
  const closed = sockets.map(async (socket) => {
    socket.write(message);
    await new Promise((resolve) => socket.on('error', () => {}).once('close', resolve));
  });
  await Promise.all(closed);
  return { ms: performance.now() - startMs, failed: CONNECTIONS - answered.size };
}

const connections: Benchmark = {
  name: 'connections',
  about: `${CONNECTIONS.toLocaleString('en-US')} connections at once, from four addresses, 64 bytes each`,
  async measure(bench) {
    const server = await startEcho(bench);
    const relay = await attach(bench, 'thread', server);
    const sides = await inTurn({ direct: () => many(server), relay: () => many(relay) });
    const failed = sides.relay.map((one) => one.failed);
    const target = { bound: 'at most', value: 0, judged: 'worst' } as const;
    return {
      rows: [
        { what: 'direct', unit: 'ms', values: sides.direct.map((one) => one.ms) },
        { what: 'through the relay', unit: 'ms', values: sides.relay.map((one) => one.ms) },
        { what: 'through the relay: not answered', unit: 'count', values: failed, target },
      ],
      notes: ['All are open before the first of them sends.'],
    };
  },
};

/** Loads `port` while it looks at how late this thread is. */
async function load(
  bench: Workbench,
  command: LoadCommand,
): Promise<{ rate: number; lagMs: number }> {
  const generator = bench.start([LOAD_GENERATOR]);
  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  generator.tell(command);
  const { answered, seconds } = await generator.next<LoadReport>('report');
  lag.disable();
  await generator.stop();
  return { rate: answered / seconds, lagMs: lag.percentile(99) / 1e6 };
}

const lab: Benchmark = {
  name: 'lab',
  about: 'images of 100 KB between other processes, 16 at a time: how late the lab is meanwhile',
  async measure(bench) {
    const sizeBytes = 100_000;
    const folder = await bench.folder();
    const names = await writeImages(folder, 64, sizeBytes);
    const { port } = await bench.startServer([PLAIN_SERVER, 'memory', folder]);
    const server = makeAddress(parseIp('127.0.0.1')!, port);
    const side = (address: Address) => () =>
      load(bench, {
        do: 'steady',
        port: portOf(address),
        names,
        replyBytes: sizeBytes + HEAD_BYTES,
        users: 16,
        seconds: 2,
      });
    const sides = await inTurn({
      'no relay': side(server),
      'on a thread of its own': side(await attach(bench, 'thread', server)),
      "on the lab's thread": side(await attach(bench, 'here', server)),
    });
    return {
      rows: Object.entries(sides).flatMap(([where, loads]) => [
        { what: `${where}: requests`, unit: '/s' as const, values: loads.map((one) => one.rate) },
        { what: `${where}: lag, p99`, unit: 'ms' as const, values: loads.map((one) => one.lagMs) },
      ]),
      notes: [
        'Why the relay has a thread of its own. A timer of 1 ms is what the lag is taken from.',
      ],
    };
  },
};

/** All benchmarks of the relay. */
export const relay: Group = {
  name: 'relay',
  benchmarks: [exchanges, streams, connections, lab],
};
