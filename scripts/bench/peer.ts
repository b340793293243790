/** What one serving peer does, beside bare servers that give the same answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { median, type Benchmark, type Findings, type Group, type Row } from './benchmark.ts';
import type { Child } from './child.ts';
import { HEAD_BYTES, writeHoles, writeImages } from './images.ts';
import type { LoadCommand, LoadReport } from './program/load-command.ts';
import { inTurn, ratios } from './rounds.ts';
import { transfer } from './transfer.ts';
import { LOAD_GENERATOR, PLAIN_SERVER, type Workbench } from './workbench.ts';

const KIB = 1_024;
const MIB = 1_024 * KIB;

/** A generator that is busy for more of the time than this may be what is slow. */
const GENERATOR_LIMIT = 0.95;

const stream: Benchmark = {
  name: 'stream',
  about: 'one image of 64 MiB over loopback to a reader that drops it',
  async measure(bench) {
    const sizeBytes = 64 * MIB;
    const folder = await bench.folder();
    const [name] = await writeImages(folder, 1, sizeBytes);
    const side = (port: number) => async (): Promise<number> => {
      const seconds: number[] = [];
      for (let i = 0; i < 5; i++) seconds.push(await transfer(port, name!, sizeBytes + HEAD_BYTES));
      return sizeBytes / median(seconds) / 1e9;
    };
    const speeds = await inTurn(
      {
        peer: side((await bench.startPeer(folder)).port),
        buffers: side((await startPlain(bench, 'buffers', folder)).port),
        pipe: side((await startPlain(bench, 'pipe', folder)).port),
      },
      9,
    );
    return {
      rows: [
        { what: 'the peer', unit: 'GB/s', values: speeds.peer },
        { what: 'two bare sockets, two buffers of 1 MiB', unit: 'GB/s', values: speeds.buffers },
        { what: 'createReadStream().pipe()', unit: 'GB/s', values: speeds.pipe },
        ratio('the peer / bare sockets', speeds.peer, speeds.buffers, 0.85),
        ratio('the peer / pipe', speeds.peer, speeds.pipe, 1.5),
      ],
      notes: ['A round is the median of five transfers a side.'],
    };
  },
};

const small: Benchmark = {
  name: 'small',
  about: '64 images of 100 KB, a connection each, 16 at a time',
  measure: (bench) => measureSmall(bench, 64, 1.5),
};

const uncached: Benchmark = {
  name: 'uncached',
  about: 'the same with 1,000 images in turn, more than the peer keeps in memory',
  measure: (bench) => measureSmall(bench, 1_000, null),
};

async function measureSmall(
  bench: Workbench,
  count: number,
  target: number | null,
): Promise<Findings> {
  const sizeBytes = 100_000;
  const folder = await bench.folder();
  const names = await writeImages(folder, count, sizeBytes);
  const generator = startGenerator(bench);
  const side = (server: { child: Child; port: number }) => async () => {
    const cpuBefore = server.child.cpuSeconds();
    const report = await load(generator, {
      do: 'steady',
      port: server.port,
      names,
      replyBytes: sizeBytes + HEAD_BYTES,
      users: 16,
      seconds: 2,
    });
    const cpuMs = (server.child.cpuSeconds() - cpuBefore) * 1_000;
    return { ...report, rate: report.answered / report.seconds, cpuMs: cpuMs / report.answered };
  };
  const { peer, pipe, memory } = await inTurn({
    peer: side(await bench.startPeer(folder)),
    pipe: side(await startPlain(bench, 'pipe', folder)),
    memory: side(await startPlain(bench, 'memory', folder)),
  });
  const rates = { peer: peer.map((r) => r.rate), pipe: pipe.map((r) => r.rate) };
  const sides = { 'the peer': peer, pipe, 'memory, one write': memory };
  const rows = Object.entries(sides).flatMap(([who, reports]): Row[] => [
    { what: who, unit: '/s', values: reports.map((r) => r.rate) },
    { what: `${who}: p50`, unit: 'ms', values: reports.map((r) => r.p50Ms) },
    { what: `${who}: p99`, unit: 'ms', values: reports.map((r) => r.p99Ms) },
    { what: `${who}: processor, a request`, unit: 'ms', values: reports.map((r) => r.cpuMs) },
    { what: `${who}: generator busy`, unit: '%', values: reports.map((r) => r.cpuShare * 100) },
  ]);
  const all = [...peer, ...pipe, ...memory];
  return {
    rows: [
      ...rows,
      worst('replies lost, any side', 'count', [all.reduce((sum, r) => sum + r.failed, 0)], 0),
      ratio('the peer / pipe', rates.peer, rates.pipe, target),
    ],
    notes: generatorNotes(sides),
  };
}

/** Names the sides for which the generator was the limit. */
function generatorNotes(sides: Record<string, LoadReport[]>): string[] {
  const limited = Object.entries(sides)
    .filter(([, reports]) => median(reports.map((r) => r.cpuShare)) > GENERATOR_LIMIT)
    .map(([who]) => who);
  if (limited.length === 0) return ['The generator was never the limit.'];
  return [`The generator was the limit for: ${limited.join('; ')}. Their servers could do more.`];
}

const burst: Benchmark = {
  name: 'burst',
  about: '2,000 connections at once, from four addresses, an image of 100 KB each',
  async measure(bench) {
    const sizeBytes = 100_000;
    const folder = await bench.folder();
    const names = await writeImages(folder, 64, sizeBytes);
    const generator = startGenerator(bench);
    const side = (port: number) => () =>
      load(generator, {
        do: 'burst',
        port,
        names,
        replyBytes: sizeBytes + HEAD_BYTES,
        count: 2_000,
      });
    const { peer, short } = await inTurn({
      peer: side((await bench.startPeer(folder)).port),
      short: side((await startPlain(bench, 'memory', folder, 5)).port),
    });
    const failed = peer.map((r) => r.failed);
    const worstMs = peer.map((r) => r.worstMs);
    return {
      rows: [
        worst('the peer: not answered', 'count', failed, 0),
        { what: 'the peer: p50', unit: 'ms', values: peer.map((r) => r.p50Ms) },
        {
          what: 'the peer: slowest',
          unit: 'ms',
          values: worstMs,
          target: { bound: 'below', value: 1_000, judged: 'worst' },
        },
        { what: 'backlog of 5: not answered', unit: 'count', values: short.map((r) => r.failed) },
        { what: 'backlog of 5: p50', unit: 'ms', values: short.map((r) => r.p50Ms) },
        { what: 'backlog of 5: slowest', unit: 'ms', values: short.map((r) => r.worstMs) },
      ],
      notes: [
        'A handshake that finds the backlog full is tried again after 1 s: below that, none was.',
        'The server with a backlog of 5 answers from memory; it shows what such a loss looks like.',
        'After 5 s an answer counts as lost.',
      ],
    };
  },
};

const memory: Benchmark = {
  name: 'memory',
  about: 'memory of the peer while 200 readers take an image each at 64 KiB/s',
  async measure(bench) {
    const growth = await inTurn({
      small: () => grow(bench, 2 * MIB),
      big: () => grow(bench, 8 * MIB),
    });
    return {
      rows: [
        { what: '2 MiB each: idle', unit: 'MiB', values: growth.small.map((g) => g.idle) },
        worst(
          '2 MiB each: growth',
          'MiB',
          growth.small.map((g) => g.growth),
          64,
        ),
        { what: '8 MiB each: growth', unit: 'MiB', values: growth.big.map((g) => g.growth) },
        worst(
          'replies lost',
          'count',
          growth.small.map((g) => g.failed),
          0,
        ),
      ],
      notes: [
        'The kernel takes about 2.5 MiB of a loopback connection that nobody reads, so 2 MiB leave the peer soon; 8 MiB do not.',
        'A new peer each round; five seconds slowly, the rest at full speed; the highest of the values seen every 50 ms counts.',
      ],
    };
  },
};

/** Peak of a new peer's memory over its idle one, in MiB. */
async function grow(
  bench: Workbench,
  sizeBytes: number,
): Promise<{ idle: number; growth: number; failed: number }> {
  const folder = await bench.folder();
  const names = await writeHoles(folder, 200, sizeBytes);
  const { child, port } = await bench.startPeer(folder);
  const generator = startGenerator(bench);
  await sleep(500);
  const idle = await rssMib(child);
  const peakSoFar = watchPeak(child);
  const { failed } = await load(generator, {
    do: 'slow',
    port,
    names,
    replyBytes: sizeBytes + HEAD_BYTES,
    bytesPerSecond: 64 * KIB,
    seconds: 5,
  });
  const peak = await peakSoFar();
  await bench.clear();
  return { idle, growth: peak - idle, failed };
}

/** Looks at the memory of a peer until the function that it returns is called, which says the highest. */
function watchPeak(peer: Child): () => Promise<number> {
  const over = new AbortController();
  const watching = (async () => {
    let peak = 0;
    while (!over.signal.aborted) {
      peak = Math.max(peak, await rssMib(peer));
      await sleep(50);
    }
    return peak;
  })();
  // A peer that has ended is told to whoever asks for the result, not to the process as unhandled.
  watching.catch(() => {});
  return () => {
    over.abort();
    return watching;
  };
}

async function rssMib(peer: Child): Promise<number> {
  peer.tell({ do: 'counts' });
  const { rssBytes } = await peer.next<{ event: 'counts'; rssBytes: number }>('counts');
  return rssBytes / MIB;
}

function startPlain(
  bench: Workbench,
  kind: 'buffers' | 'pipe' | 'memory',
  folder: string,
  backlog = 4_096,
): Promise<{ child: Child; port: number }> {
  return bench.startServer([PLAIN_SERVER, kind, folder, String(backlog)]);
}

function startGenerator(bench: Workbench): Child {
  return bench.start([LOAD_GENERATOR]);
}

function load(generator: Child, command: LoadCommand): Promise<LoadReport> {
  generator.tell(command);
  return generator.next<LoadReport>('report');
}

function ratio(
  what: string,
  a: readonly number[],
  b: readonly number[],
  atLeast: number | null,
): Row {
  const row: Row = { what, unit: 'x', values: ratios(a, b) };
  if (atLeast === null) return row;
  return { ...row, target: { bound: 'at least', value: atLeast, judged: 'median' } };
}

function worst(what: string, unit: Row['unit'], values: readonly number[], atMost: number): Row {
  return { what, unit, values, target: { bound: 'at most', value: atMost, judged: 'worst' } };
}

/** The serving peer. */
export const peer: Group = {
  name: 'peer',
  benchmarks: [stream, small, uncached, burst, memory],
};
