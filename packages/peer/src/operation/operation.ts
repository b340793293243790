/**
 * All that makes a peer fit to be left running, put together: its log, its metrics, the lock of its folder and
 * its memory of other peers.
 */
import type { PeerObserver } from '../core/observer.ts';
import type { RunningPeer } from '../running-peer.ts';
import { formatAddress, type Address } from '../protocol/address.ts';
import { displaySafe } from '../protocol/display.ts';
import { PeerError } from '../peer-error.ts';
import { readBug } from './bug.ts';
import { FolderLock, type LockState } from './folder-lock.ts';
import { joinedObservers } from './joined-observers.ts';
import { NO_LOG, openLog, type Log, type LogFields, type LogLevel } from './log.ts';
import type { Metrics } from './metrics.ts';
import { PeerLog } from './peer-log.ts';
import { PeerMemory } from './peer-memory.ts';
import { Readiness } from './readiness.ts';
import type { StatusServer } from './status-server.ts';

/** How a peer is operated. */
export interface OperationOptions {
  /** Path of a file, `-` for standard error; null: no log. */
  readonly logFile: string | null;
  readonly logLevel: LogLevel;
  /** 0: any free port; null: no metrics. */
  readonly metricsPort: number | null;
  /** IPv4 address. */
  readonly metricsHost: string;
  readonly metricsNames: readonly string[];
  /** Where the known peers are kept, given the real path of the images folder; null: nowhere. */
  readonly stateFile: (folder: string) => string | null;
  /** Of the program. */
  readonly version: string;
  /** Shows a line of the log at a terminal; null: standard error is none. */
  readonly show: ((line: string) => void) | null;
  /** Tells the person at the terminal something of interest. */
  readonly note: (line: string) => void;
  /** Tells the person at the terminal of trouble. */
  readonly error: (line: string) => void;
}

/** See the head of this file. */
export class Operation {
  readonly log: Log;
  /** To be told by the peer. */
  readonly observer: PeerObserver;
  readonly #options: OperationOptions;
  readonly #peerLog: PeerLog;
  readonly #metrics: Metrics | null;
  #peer: RunningPeer | null = null;
  #readiness: Readiness | null = null;
  #server: StatusServer | null = null;
  #lock: FolderLock | null = null;
  #memory: PeerMemory | null = null;

  private constructor(options: OperationOptions, log: Log, openMetrics: Metrics | null) {
    this.#options = options;
    this.log = log;
    this.#peerLog = new PeerLog(log);
    this.#metrics = openMetrics;
    this.observer = joinedObservers([
      ...(log === NO_LOG ? [] : [this.#peerLog.observer]),
      ...(openMetrics === null ? [] : [openMetrics.observer]),
    ]);
  }

  /** Opens the log and begins to count. Rejects with a `PeerError` when the log cannot be written. */
  static async open(options: OperationOptions): Promise<Operation> {
    const log = await logOf(options);
    let operation: Operation | null = null;
    const metrics = await metricsOf(options, () => operation!.#peer);
    operation = new Operation(options, log, metrics);
    return operation;
  }

  /** Addresses of peers that answered in earlier runs. */
  get remembered(): readonly Address[] {
    return this.#memory?.remembered() ?? [];
  }

  /**
   * The peer listens: takes the lock, reads what was remembered, and opens the port for metrics. Rejects with a
   * `PeerError` when that cannot be had.
   */
  async begin(peer: RunningPeer): Promise<void> {
    this.#peer = peer;
    const { version } = this.#options;
    const address = formatAddress(peer.address);
    this.log.write('info', 'listening', 'The peer listens.', { address, version });
    this.#readiness = new Readiness(peer.folder.path);
    await this.#takeLock(peer);
    await this.#remember(peer);
    await this.#openStatus(this.#readiness);
  }

  /** The peer begins to end: it is not ready any more. */
  ending(farewellMs: number): void {
    this.#readiness?.end();
    // Now, for a second signal would not wait for it.
    void this.#memory?.save();
    const running = this.#peer?.status().accepted ?? 0;
    if (running > 0) {
      const seconds = farewellMs / 1_000;
      this.#options.note(
        `Waiting for ${running === 1 ? '1 caller' : `${running} callers`}, ${seconds} s at most; another Ctrl-C ends at once.`,
      );
    }
    const fields = { running, farewellMs };
    this.log.write('info', 'stopping', 'The peer ends when running replies have.', fields);
  }

  /** The peer has ended. */
  async end(): Promise<void> {
    await this.#memory?.close();
    await this.#lock?.close();
    await this.#server?.close();
    this.#peerLog.flush();
    this.log.write('info', 'stopped', 'The peer has ended.');
    await this.log.close();
  }

  /** The process ends now, without waiting for anything. */
  endNow(): void {
    this.log.write('warn', 'killed', 'The peer ends at once.');
    this.#lock?.closeNow();
    this.log.closeNow();
  }

  /** Says something to the person at the terminal and to the log. */
  say(level: 'info' | 'error', event: string, message: string, fields?: LogFields): void {
    const { note, error } = this.#options;
    (level === 'error' ? error : note)(displaySafe(message, 1_000));
    this.log.write(level, event, message, fields);
  }

  /** Says more about what was just said, to the person at the terminal alone. */
  complain(line: string): void {
    this.#options.error(displaySafe(line, 1_000));
  }

  /** An exception out of the peer's own logic. */
  bug(error: unknown): void {
    const { stack, ...bug } = readBug(error);
    const what = [bug.error, bug.at].filter((part) => part !== '').join(', ');
    this.complain(
      `p2p: an error in the peer itself (${what}); please report it, --log-level debug tells more.`,
    );
    this.log.write('error', 'bug', 'An error in the peer itself.', bug);
    this.log.write('debug', 'bug', 'The error was thrown there.', { stack });
  }

  async #takeLock(peer: RunningPeer): Promise<void> {
    const lock = await FolderLock.open(peer.folder.path);
    this.#lock = lock;
    const { level, message } = describeLock(lock.state);
    const fields = lock.state.kind === 'busy' ? { by: lock.state.by } : {};
    this.log.write(level, 'lock', message, { state: lock.state.kind, ...fields });
    if (lock.state.kind === 'held') await this.#tidy(peer);
    lock.keep(() => void this.#tidy(peer));
  }

  async #tidy(peer: RunningPeer): Promise<void> {
    const files = await peer.folder.tidy();
    if (files === 0) return;
    this.log.write('info', 'tidied', 'Temporary files of processes that are gone were removed.', {
      files,
    });
  }

  async #remember(peer: RunningPeer): Promise<void> {
    const file = this.#options.stateFile(peer.folder.path);
    if (file === null) return;
    this.#memory = await PeerMemory.open({
      file,
      known: () => peer.known(),
      onTrouble: (message) => this.say('error', 'state', message),
    });
    this.#memory.keep();
  }

  async #openStatus(readiness: Readiness): Promise<void> {
    const { metricsPort, metricsHost, metricsNames } = this.#options;
    const metrics = this.#metrics;
    if (metricsPort === null || metrics === null) return;
    const { StatusServer } = await import('./status-server.ts');
    try {
      this.#server = await StatusServer.start({
        host: metricsHost,
        port: metricsPort,
        names: metricsNames,
        metrics: () => metrics.text(),
        unready: () => readiness.problem(),
      });
    } catch (error) {
      throw statusError(error, metricsHost, metricsPort);
    }
    const url = `${this.#server.url}/metrics`;
    this.say('info', 'metrics', `Metrics are at ${url}.`, { url });
  }
}

async function logOf(options: OperationOptions): Promise<Log> {
  const { logFile, logLevel, show, error } = options;
  if (logFile === null) return NO_LOG;
  try {
    return await openLog({ level: logLevel, target: logFile, show, onTrouble: error });
  } catch (problem) {
    const { code = 'unknown error' } = problem as NodeJS.ErrnoException;
    const shown = displaySafe(logFile);
    const message = `The log ${shown} cannot be written (${code}); name another with --log-file.`;
    throw new PeerError('PEER_LOG_UNWRITABLE', message, { cause: problem });
  }
}

async function metricsOf(
  { metricsPort, version }: OperationOptions,
  peer: () => RunningPeer | null,
): Promise<Metrics | null> {
  if (metricsPort === null) return null;
  const { Metrics } = await import('./metrics.ts');
  return await Metrics.open(peer, version);
}

function statusError(problem: unknown, host: string, port: number): PeerError {
  const { code = 'unknown error' } = problem as NodeJS.ErrnoException;
  const why = code === 'EADDRINUSE' ? 'something listens there already' : code;
  const message = `Metrics cannot be had at ${host}:${port} (${why}); choose another --metrics-port.`;
  return new PeerError('PEER_LISTEN_FAILED', message, { cause: problem });
}

function describeLock(state: LockState): { level: 'info' | 'warn'; message: string } {
  if (state.kind === 'held') return { level: 'info', message: 'This peer looks after the folder.' };
  if (state.kind === 'busy') {
    const message = 'Another process looks after the folder; this peer serves and saves beside it.';
    return { level: 'info', message };
  }
  const message = `The folder cannot be written (${state.code}); this peer serves, and saves nothing.`;
  return { level: 'warn', message };
}
