/** One serving peer beside programs that other people run: nginx, curl, and the plain design in C. */
import { execFile } from 'node:child_process';
import { open, rename, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { median, type Benchmark, type Group, type Row } from './benchmark.ts';
import type { Child } from './child.ts';
import { HEAD_BYTES, writeImages } from './images.ts';
import { build, loadNatively, startLoad, type NativeLoad, type NativeReport } from './native.ts';
import { startNginx } from './nginx.ts';
import { inTurn, ratios } from './rounds.ts';
import type { Workbench } from './workbench.ts';

const run = promisify(execFile);

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** A generator that is busy for more of the time than this may be what is slow. */
const GENERATOR_LIMIT = 0.95;

/** Idle connections that are opened at once. */
const OPENED_AT_ONCE = 256;

const large: Benchmark = {
  name: 'large',
  about: 'one image of 64 MiB to a native reader that drops it, beside nginx with sendfile',
  async measure(bench) {
    const folder = await bench.folder();
    const names = await writeImages(folder, 1, 64 * MIB);
    const program = await build(bench, 'load');
    const side = (speaks: NativeLoad['speaks'], port: number) => async (): Promise<number> => {
      const bufferBytes = MIB;
      const load = { speaks, port, names, users: 1, seconds: { times: 10 }, bufferBytes };
      const { p50Ms } = await loadNatively(bench, program, load);
      return (64 * MIB) / (p50Ms / 1_000) / 1e9;
    };
    const { peer, nginx } = await inTurn(
      {
        peer: side('p2p', (await bench.startPeer(folder)).port),
        nginx: side('http', await startNginx(bench, folder)),
      },
      9,
    );
    return {
      rows: [
        { what: 'the peer', unit: 'GB/s', values: peer },
        { what: 'nginx, sendfile', unit: 'GB/s', values: nginx },
        atLeast('the peer / nginx', ratios(peer, nginx), 0.9),
      ],
      notes: ['A round is the median of ten transfers a side.'],
    };
  },
};

const save: Benchmark = {
  name: 'save',
  about: 'the same fetched by our own peer to disk, its hash checked, beside curl -o from nginx',
  async measure(bench) {
    const folder = await bench.folder();
    const into = await bench.folder();
    const [name] = await writeImages(folder, 1, 64 * MIB);
    const seconds = await inTurn(
      {
        peer: await fetching(bench, folder, into, name!),
        curl: await downloading(await startNginx(bench, folder), into, name!),
      },
      9,
    );
    const speeds = (values: readonly number[]): number[] =>
      values.map((one) => (64 * MIB) / one / 1e9);
    const peer = speeds(seconds.peer.map(({ synced }) => synced));
    const curl = speeds(seconds.curl.map(({ written }) => written));
    const synced = speeds(seconds.curl.map(({ synced }) => synced));
    return {
      rows: [
        { what: 'the peer, on the disk', unit: 'GB/s', values: peer },
        { what: 'curl, written', unit: 'GB/s', values: curl },
        { what: 'curl, on the disk', unit: 'GB/s', values: synced },
        atLeast('the peer / curl, on the disk', ratios(peer, synced), 0.7),
        { what: 'the peer / curl, written', unit: 'x', values: ratios(peer, curl) },
      ],
      notes: [
        'The peer says that it has an image when the file and its name are synced to the disk; so "on the disk" is curl and a sync of its file and folder.',
      ],
    };
  },
};

/** How long something took until it was in a file, and until that was on the disk. */
interface Seconds {
  readonly written: number;
  readonly synced: number;
}

/** One fetch, by a peer of its own, which tells only when it is on the disk. */
async function fetching(
  bench: Workbench,
  folder: string,
  into: string,
  name: string,
): Promise<() => Promise<Seconds>> {
  const from = await bench.startPeer(folder);
  const { child } = await bench.startPeer(into);
  child.tell({ do: 'start', peers: [`127.0.0.1:${from.port}`] });
  await child.next<{ event: 'reached' }>('reached');
  return async () => {
    await rm(join(into, `received_${name}`), { force: true });
    child.tell({ do: 'fetch', id: 1, name });
    const { result } = await child.next<Fetched>('fetched');
    if (result.image === null) throw new Error('the peer did not fetch the image');
    const synced = result.transferUs / 1e6;
    return { written: Number.NaN, synced };
  };
}

interface Fetched {
  readonly event: 'fetched';
  readonly result: { readonly transferUs: number; readonly image: object | null };
}

/** One download by curl. */
async function downloading(
  port: number,
  into: string,
  name: string,
): Promise<() => Promise<Seconds>> {
  const path = join(into, 'curl.bin');
  const args = ['-s', '-o', path, '-w', '%{time_total}', `http://127.0.0.1:${port}/${name}`];
  return async () => {
    await rm(path, { force: true });
    const written = Number((await run('curl', args)).stdout);
    const startMs = performance.now();
    await sync(path);
    await sync(into);
    return { written, synced: written + (performance.now() - startMs) / 1_000 };
  };
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  await file.sync();
  await file.close();
}

const requests: Benchmark = {
  name: 'requests',
  about: '64 images of 100 KB, a connection each, 16 at a time, by a native generator',
  async measure(bench) {
    const sizeBytes = 100_000;
    const folder = await bench.folder();
    const names = await writeImages(folder, 64, sizeBytes);
    const program = await build(bench, 'load');
    const threads = await bench.startServer([folder], await build(bench, 'thread-server'));
    const side = (speaks: NativeLoad['speaks'], port: number) => () => {
      const load = { speaks, port, names, users: 16, seconds: 2, bufferBytes: 256 * KIB };
      return loadNatively(bench, program, load);
    };
    const reports = await inTurn({
      peer: side('p2p', (await bench.startPeer(folder)).port),
      threads: side('p2p', threads.port),
      nginx: side('http', await startNginx(bench, folder)),
    });
    const { peer, threads: plain, nginx } = reports;
    const p99 = (list: readonly NativeReport[]): number[] => list.map((one) => one.p99Ms);
    return {
      rows: [
        ...describeSide('the peer', peer),
        ...describeSide('a thread a connection, C', plain),
        ...describeSide('nginx, one worker', nginx),
        count('replies lost or cut, the peer', [
          peer.reduce((sum, one) => sum + countCut(one, sizeBytes), 0),
        ]),
        atLeast('the peer / threads, requests a second', ratios(rates(peer), rates(plain)), 2),
        {
          what: 'the peer / threads, p99',
          unit: 'x',
          values: ratios(p99(peer), p99(plain)),
          target: { bound: 'at most', value: 0.5, judged: 'median' },
        },
        atLeast('the peer / nginx, requests a second', ratios(rates(peer), rates(nginx)), 0.7),
      ],
      notes: limitNotes(reports),
    };
  },
};

/** Replies that failed, and those that were not as long as they should be. */
function countCut({ answered, failed, bytes }: NativeReport, sizeBytes: number): number {
  return failed + Math.ceil(Math.abs(answered * (sizeBytes + HEAD_BYTES) - bytes) / sizeBytes);
}

function describeSide(who: string, reports: readonly NativeReport[]): Row[] {
  return [
    { what: `${who}: requests`, unit: '/s', values: rates(reports) },
    { what: `${who}: p50`, unit: 'ms', values: reports.map((one) => one.p50Ms) },
    { what: `${who}: p99`, unit: 'ms', values: reports.map((one) => one.p99Ms) },
  ];
}

function rates(reports: readonly NativeReport[]): number[] {
  return reports.map((one) => one.answered / one.seconds);
}

/** Says for which sides the generator was the limit. */
function limitNotes(sides: Readonly<Record<string, readonly NativeReport[]>>): string[] {
  return Object.entries(sides).map(([who, reports]) => {
    const busy = median(reports.map((one) => one.cpuShare));
    const limit = busy > GENERATOR_LIMIT ? ', so it was the limit' : '';
    return `${who}: the generator was busy for ${Math.round(busy * 100)} % of a core${limit}.`;
  });
}

const threads: Benchmark = {
  name: 'threads',
  about: 'the same load, 64 at a time, on a peer with two threads and on one with one',
  async measure(bench) {
    const folder = await bench.folder();
    const names = await writeImages(folder, 64, 100_000);
    const program = await build(bench, 'load');
    const side = (port: number) => () => {
      const load = { port, names, users: 64, seconds: 2, bufferBytes: 256 * KIB };
      return loadNatively(bench, program, { speaks: 'p2p', ...load });
    };
    const { one, two } = await inTurn({
      one: side((await bench.startPeer(folder)).port),
      two: side((await bench.startPeer(folder, '--threads', '2')).port),
    });
    return {
      rows: [
        ...describeSide('one thread', one),
        ...describeSide('two threads', two),
        { what: 'two / one, requests a second', unit: 'x', values: ratios(rates(two), rates(one)) },
      ],
      notes: [
        `The generator needs a core of its own; this machine has ${availableParallelism()}.`,
        ...limitNotes({ one, two }),
      ],
    };
  },
};

/** What a greedy address asks for. */
type Greed = 'nothing' | 'large' | 'small';

const fair: Benchmark = {
  name: 'fair',
  about: 'one user of small images, alone and beside an address with 1,024 connections',
  async measure(bench) {
    const folder = await bench.folder();
    const small = await writeImages(folder, 64, 100_000);
    const larger = await bench.folder();
    const [large] = await writeImages(larger, 1, 8 * MIB);
    await rename(join(larger, large!), join(folder, 'large.bin'));
    const program = await build(bench, 'load');
    const { port } = await bench.startPeer(folder);
    const names = { nothing: [], large: ['large.bin'], small };
    const side = (greed: Greed) => () =>
      askBeside(bench, program, { port, small, greed: names[greed] });
    const {
      alone,
      large: beside,
      small: besideSmall,
    } = await inTurn({ alone: side('nothing'), large: side('large'), small: side('small') }, 5);
    return {
      rows: [
        ...describeSide('alone', alone),
        ...describeSide('beside 1,024 readers of 8 MiB', beside),
        ...describeSide('beside 1,024 readers of 100 KB', besideSmall),
        count('requests of the one user that failed', [
          [...alone, ...beside, ...besideSmall].reduce((sum, one) => sum + one.failed, 0),
        ]),
      ],
      notes: ['The greedy address is a generator as well, and has its share of the processor.'],
    };
  },
};

/** One user asks for small images for two seconds, beside 1,024 from one other address. */
async function askBeside(
  bench: Workbench,
  program: string,
  { port, small, greed }: { port: number; small: readonly string[]; greed: readonly string[] },
): Promise<NativeReport> {
  const load = { speaks: 'p2p', port, bufferBytes: 256 * KIB } as const;
  const crowd = { ...load, from: '127.0.0.2', names: greed, users: 1_024, seconds: 60 };
  const greedy = greed.length === 0 ? null : startLoad(bench, program, crowd);
  // Until all of them are connected.
  if (greedy !== null) await sleep(1_000);
  const polite = { ...load, from: '127.0.0.3', names: small, users: 1, seconds: 2 };
  const report = await loadNatively(bench, program, polite);
  await greedy?.stop();
  return report;
}

const idle: Benchmark = {
  name: 'idle',
  about: '10,000 connections that say nothing, and a request beside them',
  async measure(bench) {
    const growths: number[] = [];
    const totals: number[] = [];
    const answers: number[] = [];
    for (let round = 0; round < 3; round++) {
      const found = await holdIdle(bench, 10_000);
      growths.push(found.growth);
      totals.push(found.total);
      answers.push(found.answerMs);
    }
    return {
      rows: [
        atMost('memory of the peer', 'MiB', totals, 200),
        { what: 'memory beyond the peer at rest', unit: 'MiB', values: growths },
        atMost('a new request answered within, worst of 50', 'ms', answers, 50),
      ],
      notes: ['A new peer each round, with its bounds of connections raised to 12,000.'],
    };
  },
};

async function holdIdle(
  bench: Workbench,
  wanted: number,
): Promise<{ growth: number; total: number; answerMs: number }> {
  const folder = await bench.folder();
  const names = await writeImages(folder, 1, 100_000);
  const program = await build(bench, 'load');
  const bounds = ['connections', 'connectionsPerIp'].flatMap((name) => [
    '--limit',
    `${name}=12000`,
  ]);
  const { child, port } = await bench.startPeer(folder, ...bounds);
  const before = await rssMib(child);
  const sockets = await openIdle(port, wanted);
  const load = { speaks: 'p2p', port, names, users: 1, bufferBytes: 256 * KIB } as const;
  const { worstMs, failed } = await loadNatively(bench, program, {
    ...load,
    seconds: { times: 50 },
  });
  const total = await rssMib(child);
  const open = sockets.filter((socket) => !socket.destroyed).length;
  for (const socket of sockets) socket.destroy();
  await child.stop();
  if (open < wanted || failed > 0) {
    throw new Error(`${open} of ${wanted} connections were still open, ${failed} requests failed`);
  }
  return { growth: total - before, total, answerMs: worstMs };
}

/** Opens connections that say nothing, from ten addresses. Resolves when all are open. */
async function openIdle(port: number, wanted: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < wanted) {
    const batch = Array.from(
      { length: Math.min(OPENED_AT_ONCE, wanted - sockets.length) },
      (_, i) => openOne(port, `127.0.0.${2 + (i % 10)}`),
    );
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

function openOne(port: number, localAddress: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress }, () => resolve(socket));
    socket.on('error', reject);
  });
}

async function rssMib(peer: Child): Promise<number> {
  peer.tell({ do: 'counts' });
  const { rssBytes } = await peer.next<{ event: 'counts'; rssBytes: number }>('counts');
  return rssBytes / MIB;
}

const start: Benchmark = {
  name: 'start',
  about: 'from the start of Node until the peer listens',
  async measure(bench) {
    const folder = await bench.folder();
    const cache = await bench.folder();
    // Compiled once, for the starts that follow.
    await timeStart(bench, folder, cache);
    const { later, first } = await inTurn(
      {
        later: () => timeStart(bench, folder, cache),
        first: async () => timeStart(bench, folder, await bench.folder()),
      },
      9,
    );
    return {
      rows: [
        atMost('a later start', 'ms', later, 150, 'median'),
        { what: 'the first one, which compiles', unit: 'ms', values: first },
      ],
      notes: ['The peer keeps what Node has compiled in the cache folder of its user.'],
    };
  },
};

/** Starts a peer that keeps what is compiled in `cache`. Resolves to milliseconds. */
async function timeStart(bench: Workbench, folder: string, cache: string): Promise<number> {
  const before = { ...process.env };
  delete process.env['NODE_COMPILE_CACHE'];
  process.env['XDG_CACHE_HOME'] = cache;
  const startMs = performance.now();
  try {
    const { child } = await bench.startPeer(folder);
    const tookMs = performance.now() - startMs;
    // In order: Node writes its cache when it ends.
    await child.stop();
    return tookMs;
  } finally {
    process.env = before;
  }
}

function atLeast(what: string, values: readonly number[], value: number): Row {
  return { what, unit: 'x', values, target: { bound: 'at least', value, judged: 'median' } };
}

function atMost(
  what: string,
  unit: Row['unit'],
  values: readonly number[],
  value: number,
  judged: 'median' | 'worst' = 'worst',
): Row {
  return { what, unit, values, target: { bound: 'at most', value, judged } };
}

function count(what: string, values: readonly number[]): Row {
  return atMost(what, 'count', values, 0);
}

/** The serving peer beside other programs. */
export const yardsticks: Group = {
  name: 'yardsticks',
  benchmarks: [large, save, requests, threads, fair, idle, start],
};
