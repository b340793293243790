import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';

/** The root of the repository. */
export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

/** A bare server, a process of its own. */
export const PLAIN_SERVER: string = fileURLToPath(
  new URL('./program/plain-server.ts', import.meta.url),
);

/** Sends back what it is sent, a process of its own. */
export const ECHO_SERVER: string = fileURLToPath(
  new URL('./program/echo-server.ts', import.meta.url),
);

/** What loads a server, a process of its own. */
export const LOAD_GENERATOR: string = fileURLToPath(
  new URL('./program/load-generator.ts', import.meta.url),
);

/** Checks a scenario, a process of its own. */
export const CHECK_SCENARIO: string = fileURLToPath(
  new URL('./program/check-scenario.ts', import.meta.url),
);

/** Records latencies, a process of its own. */
export const RECORD_SAMPLES: string = fileURLToPath(
  new URL('./program/record-samples.ts', import.meta.url),
);

/** The peer's command. */
export const P2P: string = join(ROOT, 'packages/peer/src/cli/main.ts');

/** What benchmarks leave behind on the way, and its removal. */
export class Workbench {
  readonly #folders: string[] = [];
  readonly #running = new Set<{ stop(): Promise<void> }>();
  #isClosed = false;

  /** A new temporary folder. */
  async folder(): Promise<string> {
    this.#checkOpen();
    const folder = await mkdtemp(join(tmpdir(), 'imagemesh-bench-'));
    this.#folders.push(folder);
    return folder;
  }

  /** Starts a child, a program of Node's or a native one. */
  start(args: readonly string[], program?: string): Child {
    this.#checkOpen();
    const child = new Child(args, program);
    this.#running.add(child);
    void child.ended.then(() => this.#running.delete(child));
    return child;
  }

  /** Starts a child that listens. Resolves to it and its port on 127.0.0.1. */
  async startServer(
    args: readonly string[],
    program?: string,
  ): Promise<{ child: Child; port: number }> {
    const child = this.start(args, program);
    const { address } = await child.next<Listening>('listening');
    return { child, port: Number(address.split(':')[1]) };
  }

  /** Starts our peer, in a process of its own, on the images of `folder`. */
  startPeer(
    folder: string,
    ...options: readonly string[]
  ): Promise<{ child: Child; port: number }> {
    const own = [P2P, '0', '--control', '--host', '127.0.0.1', '--images', folder];
    return this.startServer([...own, ...options]);
  }

  /**
   * Runs a Node program to its end, unseen. Resolves to the seconds that took; rejects with what it said
   * on standard error when it ends with another exit code than these.
   */
  async time(args: readonly string[], codes: readonly number[] = [0]): Promise<number> {
    this.#checkOpen();
    const startMs = performance.now();
    const program = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    program.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => program.once('close', resolve));
    const running = {
      stop: async (): Promise<void> => {
        program.kill('SIGTERM');
        await ended;
      },
    };
    this.#running.add(running);
    const code = await ended;
    this.#running.delete(running);
    const seconds = (performance.now() - startMs) / 1_000;
    if (code === null || !codes.includes(code)) {
      throw new Error(`${args.join(' ')} ended with ${code}\n${said}`);
    }
    return seconds;
  }

  /** Has something stopped that is no process, with all that runs. */
  stopLater(stop: () => Promise<void>): void {
    this.#checkOpen();
    const running = {
      stop: async (): Promise<void> => {
        this.#running.delete(running);
        await stop();
      },
    };
    this.#running.add(running);
  }

  /** Ends all that runs. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((one) => one.stop()));
  }

  /** Ends all processes and removes all folders. */
  async clear(): Promise<void> {
    await this.stopAll();
    for (const folder of this.#folders.splice(0)) {
      // A benchmark that was interrupted may still be writing there.
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  }

  /** The same for good: nothing can be started any more. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.clear();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Error('the bench is closed');
  }
}

interface Listening {
  readonly event: 'listening';
  readonly address: string;
}
