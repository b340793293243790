import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How long a child may take to end after its input has ended. */
const FAREWELL_MS = 2_000;

/** Linux counts the processor time of a process in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** An event that a child tells: a line of JSON. */
export interface ChildEvent {
  readonly event: string;
}

/**
 * A process that takes commands as lines of JSON on its standard input and tells events the same
 * way on its standard output, as `p2p --control` does. It ends when its input ends, so that none outlives
 * a bench that was killed.
 */
export class Child {
  readonly #process: ChildProcess;
  readonly #events: ChildEvent[] = [];
  #partial = '';
  #wake: () => void = () => {};
  #hasEnded = false;
  readonly ended: Promise<void>;

  /** A program of Node's, or a native one. */
  constructor(args: readonly string[], program: string = process.execPath) {
    const isNode = program === process.execPath;
    const flags = isNode ? ['--disable-warning=ExperimentalWarning', ...profiling()] : [];
    this.#process = spawn(program, [...flags, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdin!.on('error', () => {});
    this.#process.stdout!.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.ended = new Promise((resolve) => {
      this.#process.once('error', () => resolve());
      this.#process.once('close', () => resolve());
    });
    void this.ended.then(() => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** Gives it a command. */
  tell(command: object): void {
    this.#process.stdin!.write(`${JSON.stringify(command)}\n`);
  }

  /** Its next event, which must be of this kind. */
  async next<Told extends ChildEvent>(event: Told['event']): Promise<Told> {
    while (this.#events.length === 0) {
      if (this.#hasEnded) throw new Error(`a child ended before it told "${event}"`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const told = this.#events.shift()!;
    if (told.event !== event) throw new Error(`"${event}" expected: ${JSON.stringify(told)}`);
    return told as Told;
  }

  /** Processor seconds of all its threads so far; NaN where the system does not tell. */
  cpuSeconds(): number {
    try {
      const stat = readFileSync(`/proc/${this.#process.pid}/stat`, 'latin1');
      // The second field, the name, may contain anything and ends in the last bracket.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
    } catch {
      return Number.NaN;
    }
  }

  /** Ends it, if need be by force. */
  async stop(): Promise<void> {
    this.#process.stdin!.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), FAREWELL_MS);
    await this.ended;
    clearTimeout(timer);
  }

  #read(text: string): void {
    const lines = (this.#partial + text).split('\n');
    this.#partial = lines.pop()!;
    this.#events.push(...lines.map((line) => JSON.parse(line) as ChildEvent));
    this.#wake();
  }
}

/** BENCH_CPU_PROF=FOLDER leaves a profile of each child there. */
function profiling(): string[] {
  const folder = process.env['BENCH_CPU_PROF'];
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
}
