import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { RunError } from '../result/run-error.ts';

/** How long a child may take to end after it was asked to, unless somebody knows better. */
const FAREWELL_MS = 2_000;

/** How long what a child has said last may take to arrive after its end. */
const DRAIN_MS = 500;

/** A line of a program that never ends it is cut here. */
const LONGEST_LINE = 64 * 1_024;

/** Lines of standard error that are kept for the report of a crash. */
const KEPT_LINES = 5;

// Where util-linux has it, the kernel itself ends the child when the lab is killed so hard that it
// cannot do it.
const SETPRIV = '/usr/bin/setpriv';

/** A process that a runner started, with line-wise output. */
export class Child {
  readonly #process: ChildProcess;
  readonly #onLine: (line: string) => void;
  readonly #lastWords: string[] = [];
  #partial = '';
  #isClosed = false;
  #isStopping = false;
  readonly ended: Promise<string>;

  /**
   * Starts `command` in `folder`. `onLine` gets each line of its standard output; `onCrash` how it ended,
   * if nobody asked it to.
   */
  constructor(
    command: readonly string[],
    folder: string,
    callbacks: {
      onLine: (line: string) => void;
      onCrash: (how: string) => void;
      /** Gets all that it writes, as it comes. */
      onOutput?: ((text: string) => void) | undefined;
    },
  ) {
    this.#onLine = callbacks.onLine;
    const guarded = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', ...command] : command;
    const [program, ...args] = guarded as [string, ...string[]];
    // A group of its own: a terminal's Ctrl-C is for the lab, which then ends its peers in order.
    this.#process = spawn(program, args, {
      cwd: folder,
      stdio: 'pipe',
      detached: true,
    });
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => this.#keepWords(text));
    const { onOutput } = callbacks;
    if (onOutput !== undefined) {
      this.#process.stdout!.on('data', onOutput);
      this.#process.stderr!.on('data', onOutput);
    }
    // It may end while we write to it; `ended` tells.
    this.#process.stdin!.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.#process.once('error', (error: NodeJS.ErrnoException) =>
        resolve(`could not be started (${error.code ?? error.message})`),
      );
      this.#process.once('close', (code, signal) => resolve(this.#describeEnd(code, signal)));
      // Something that it started may hold its output open for ever; its own end is what counts.
      this.#process.once('exit', (code, signal) => {
        setTimeout(() => {
          for (const stream of this.#process.stdio) stream?.destroy();
          resolve(this.#describeEnd(code, signal));
        }, DRAIN_MS).unref();
      });
    });
    void this.ended.then((how) => {
      this.#isClosed = true;
      if (!this.#isStopping) callbacks.onCrash(how);
    });
  }

  /** Process number; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Writes one line to its standard input. */
  tell(line: string): void {
    this.#process.stdin!.write(`${line}\n`);
  }

  /**
   * Ends it and all that it started: input closed, then the signal, then, after `withinMs`, SIGKILL. Resolves
   * to whether it came to that last one. Never rejects.
   */
  async stop(signal: 'SIGTERM' | 'SIGKILL', withinMs: number = FAREWELL_MS): Promise<boolean> {
    this.#isStopping = true;
    if (this.#isClosed) return false;
    this.#process.stdin!.end();
    this.#kill(signal);
    let isForced = false;
    const timer = setTimeout(() => {
      isForced = true;
      this.#kill('SIGKILL');
    }, withinMs);
    await this.ended;
    clearTimeout(timer);
    return isForced;
  }

  /** Sends it, and all that it started, a signal that does not end it. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (!this.#isClosed) this.#kill(signal);
  }

  // The whole group: a command may be a script whose program would live on, with our pipes in its hands.
  #kill(signal: NodeJS.Signals): void {
    if (this.#process.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, signal);
    } catch {
      this.#process.kill(signal);
    }
  }

  #read(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop()!.slice(0, LONGEST_LINE);
    for (const line of lines) this.#onLine(line);
  }

  #keepWords(text: string): void {
    this.#lastWords.push(...text.split('\n').filter((line) => line.trim() !== ''));
    this.#lastWords.splice(0, this.#lastWords.length - KEPT_LINES);
  }

  #describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
    const words = this.#lastWords.at(-1);
    return words === undefined ? how : `${how} (its last words: ${words.trim()})`;
  }
}

/**
 * Waits for `ready`, or rejects with a `RunError` when the child ends before that, takes too long, or
 * `signal` is aborted.
 */
export async function readyOrError<T>(
  name: string,
  child: Pick<Child, 'ended'>,
  ready: Promise<T>,
  withinMs: number,
  signal: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void =>
    aborted.reject(new RunError(`${name} was not ready yet when the run was interrupted.`));
  const late = new Promise<never>((_, reject) => {
    const message = `${name} was not ready within ${withinMs / 1_000} s; see whether its command works by hand.`;
    timer = setTimeout(() => reject(new RunError(message)), withinMs);
  });
  const ended = child.ended.then((how) =>
    Promise.reject(new RunError(`${name} ${how} before it was ready.`)),
  );
  ended.catch(() => {});
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await Promise.race([ready, late, ended, aborted.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
