import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';

/** The command of the peer. */
export const P2P: string = join(import.meta.dirname, '../../packages/peer/src/cli/main.ts');

/** How long the peer may take to say that it listens. */
const START_MS = 20_000;

/** How long it may take to end. */
const FAREWELL_MS = 5_000;

/** A `p2p` that was started here, and what its operator sees of it. */
export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #metricsUrl: string;
  readonly port: number;
  #peakRssBytes = 0;

  private constructor(child: ChildProcess, port: number, metricsUrl: string) {
    this.#child = child;
    this.port = port;
    this.#metricsUrl = metricsUrl;
  }

  /** Starts one in `cwd`. Rejects when it does not come to listen. */
  static async start(
    args: readonly string[],
    cwd: string,
    env: NodeJS.ProcessEnv,
  ): Promise<PeerProcess> {
    const flags = ['--disable-warning=ExperimentalWarning', P2P, '0', '--host', '127.0.0.1'];
    const child = spawn(process.execPath, [...flags, '--metrics-port', '0', ...args], { cwd, env });
    child.stdin.on('error', () => {});
    const said = await saysOf(child, /Listening on [\d.]+:(\d+)[^]*Metrics are at (\S+\/metrics)/);
    return new PeerProcess(child, Number(said[1]), said[2]!);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The most memory that it has had so far, as far as was looked; NaN where the system does not tell. */
  peakRssBytes(): number {
    const { pid } = this.#child;
    if (pid !== undefined) this.#peakRssBytes = Math.max(this.#peakRssBytes, peakOf(pid));
    return this.#peakRssBytes;
  }

  /** How often each code of refusal has been counted so far. */
  async refusals(): Promise<ReadonlyMap<string, number>> {
    const text = await textAt(this.#metricsUrl);
    const counts = new Map<string, number>();
    for (const [, code, count] of text.matchAll(/^p2p_refusals_total\{[^}]*"([^"]+)"\} (\d+)/gm)) {
      counts.set(code!, Number(count));
    }
    return counts;
  }

  /** Tells it to end, and ends it by force when it does not. Returns its exit code; null: by force. */
  async stop(): Promise<number | null> {
    if (!this.isRunning) return this.#child.exitCode;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), FAREWELL_MS);
    await ended;
    clearTimeout(timer);
    return this.#child.exitCode;
  }
}

/** The most memory that a process has ever had; NaN where the system does not tell. */
export function peakOf(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kib) * 1_024;
  } catch {
    return Number.NaN;
  }
}

/** What stands at a URL. With a connection of its own: one that is kept may be closed just when it is used. */
async function textAt(url: string): Promise<string> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false }, resolve).on('error', reject);
  });
  let text = '';
  for await (const piece of response) text += String(piece);
  return text;
}

async function saysOf(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let said = '';
  const match = await new Promise<RegExpExecArray | null>((resolve) => {
    const timer = setTimeout(() => resolve(null), START_MS);
    const look = (text: Buffer): void => {
      said += text.toString();
      const found = pattern.exec(said);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout!.on('data', look);
    child.stderr!.on('data', look);
    child.once('error', () => resolve(null));
    child.once('close', () => resolve(null));
  });
  if (match !== null) return match;
  child.kill('SIGKILL');
  throw new Error(`p2p did not come to listen; it said: ${said.trim()}`);
}
