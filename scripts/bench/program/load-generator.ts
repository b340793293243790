/** Asks for images the plain way, many at a time, and drops what it gets. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../benchmark.ts';
import { onCommand, tell } from './command-line.ts';
import type { LoadCommand, LoadReport } from './load-command.ts';

const BUFFER_BYTES = 256 * 1_024;

/** Slow readers take a piece so many times a second. */
const SIPS_PER_SECOND = 4;

/** Whoever is not answered by then counts as lost: the kernel itself would try for a quarter of an hour. */
const PATIENCE_MS = 5_000;

/** A burst comes from so many addresses: a peer may bound the connections from one. */
const SOURCES = 4;

/** Everything is read into one buffer, since nothing is looked at. */
const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

interface Tally {
  readonly latenciesMs: number[];
  failed: number;
}

interface Ask {
  readonly port: number;
  readonly name: string;
  readonly replyBytes: number;
  readonly source?: string;
  readonly into?: Uint8Array;
  /** After each piece: whether to read on at once. */
  readonly readOn?: () => boolean;
}

/** Asks once; `done` is called when the connection has closed. */
function ask(request: Ask, tally: Tally, done: () => void): Socket {
  const startMs = performance.now();
  let received = 0;
  let isWhole = false;
  const socket = connect({
    host: '127.0.0.1',
    port: request.port,
    noDelay: true,
    ...(request.source && { localAddress: request.source }),
    onread: {
      buffer: request.into ?? buffer,
      callback: (count) => {
        received += count;
        return request.readOn?.() ?? true;
      },
    },
  });
  socket.write(`REQ: ${request.name}`);
  socket.on('end', () => {
    isWhole = received === request.replyBytes;
    if (isWhole) tally.latenciesMs.push(performance.now() - startMs);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    if (!isWhole) tally.failed++;
    done();
  });
  return socket;
}

async function steady(command: LoadCommand & { do: 'steady' }, tally: Tally): Promise<void> {
  const { port, names, replyBytes } = command;
  const untilMs = performance.now() + command.seconds * 1_000;
  let asked = 0;
  const user = (resolve: () => void): void => {
    if (performance.now() >= untilMs) return resolve();
    const name = names[asked++ % names.length]!;
    ask({ port, name, replyBytes }, tally, () => user(resolve));
  };
  await Promise.all(Array.from({ length: command.users }, () => new Promise<void>(user)));
}

async function burst(command: LoadCommand & { do: 'burst' }, tally: Tally): Promise<void> {
  const { port, names, replyBytes } = command;
  const sockets: Socket[] = [];
  const all = Array.from({ length: command.count }, (_, i) => {
    const name = names[i % names.length]!;
    const source = `127.0.0.${2 + (i % SOURCES)}`;
    return new Promise<void>((resolve) => {
      sockets.push(ask({ port, name, replyBytes, source }, tally, resolve));
    });
  });
  const impatience = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, PATIENCE_MS);
  await Promise.all(all);
  clearTimeout(impatience);
}

async function slow(command: LoadCommand & { do: 'slow' }, tally: Tally): Promise<void> {
  const { port, names, replyBytes } = command;
  const into = buffer.subarray(0, command.bytesPerSecond / SIPS_PER_SECOND);
  let isSlow = true;
  const sockets: Socket[] = [];
  const all = names.map(
    (name) =>
      new Promise<void>((resolve) => {
        const request = { port, name, replyBytes, into, readOn: () => !isSlow };
        sockets.push(ask(request, tally, resolve));
      }),
  );
  for (let sip = 0; sip < command.seconds * SIPS_PER_SECOND; sip++) {
    await sleep(1_000 / SIPS_PER_SECOND);
    for (const socket of sockets) socket.resume();
  }
  isSlow = false;
  for (const socket of sockets) socket.resume();
  await Promise.all(all);
}

async function obey(command: LoadCommand): Promise<LoadReport> {
  const tally: Tally = { latenciesMs: [], failed: 0 };
  const startMs = performance.now();
  const cpuBefore = process.cpuUsage();
  if (command.do === 'steady') await steady(command, tally);
  else if (command.do === 'burst') await burst(command, tally);
  else await slow(command, tally);
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const { latenciesMs, failed } = tally;
  return {
    event: 'report',
    answered: latenciesMs.length,
    failed,
    seconds,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    worstMs: quantile(latenciesMs, 1),
    cpuShare: (user + system) / 1e6 / seconds,
  };
}

onCommand<LoadCommand>((command) => void obey(command).then(tell));
