import { PassThrough, type Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { displaySafe } from '@imagemesh/peer';
import { NO_FILE, type SavedFile } from '../runner/prompt-dialog.ts';
import { hashesIn, savedFileIn } from './container-files.ts';
import { RunError } from '../result/run-error.ts';
import { engineComplaint, isSettled, type Engine, type EngineContainer } from './engine.ts';

/** What a container says by itself. */
export interface ContainerCallbacks {
  /** A line of its standard output. */
  onLine(line: string): void;
  /** All that it writes, as it comes. */
  readonly onOutput?: ((text: string) => void) | undefined;
  /** It has ended, and nobody asked it to. */
  onCrash(how: string): void;
}

/** What a container is made of, in the words of the engine. */
export type ContainerOptions = Parameters<Engine['createContainer']>[0];

/** What is written while it ends may take so long to arrive. */
const DRAIN_MS = 500;

/** Characters of its last words that are shown. */
const LONGEST_WORDS = 200;

/**
 * A container with its standard streams in the hands of the lab: they are attached before it starts, so that nothing
 * is missed, and its input ends with the lab, however that ends.
 */
export class Container {
  readonly #engine: Engine;
  readonly #inner: EngineContainer;
  #input: NodeJS.WritableStream | null = null;
  #ended: Promise<string> = Promise.resolve('was never started');
  #isStopping = false;
  /** The last line of its standard error, fit to be shown. */
  #lastWords = '';
  /** Orders to stand still or to go on are carried out one after the other. */
  #pausing: Promise<unknown> = Promise.resolve();

  private constructor(engine: Engine, inner: EngineContainer) {
    this.#engine = engine;
    this.#inner = inner;
  }

  /** Makes it, with the files of an archive. Rejects with a `RunError` when the engine will not. */
  static async create(
    engine: Engine,
    options: ContainerOptions,
    files: Readable,
  ): Promise<Container> {
    try {
      const streams = { OpenStdin: true, StdinOnce: true, AttachStdin: true };
      const inner = await engine.createContainer({ ...options, ...streams });
      await inner.putArchive(files as unknown as NodeJS.ReadableStream, { path: '/' });
      return new Container(engine, inner);
    } catch (error) {
      throw refusal(`make ${options.name ?? 'a container'}`, error);
    }
  }

  /** How it ended, once it has. */
  get ended(): Promise<string> {
    return this.#ended;
  }

  /** Starts it, for the first time or once it has ended. Rejects with a `RunError` when the engine will not. */
  async start(callbacks: ContainerCallbacks): Promise<void> {
    this.#isStopping = false;
    try {
      const { drained } = await this.#attach(callbacks);
      await this.#inner.start();
      this.#ended = this.#untilEnd(drained);
    } catch (error) {
      throw refusal('start a container', error);
    }
    void this.#ended.then((how) => {
      if (!this.#isStopping) callbacks.onCrash(how);
    });
  }

  /** Writes one line to its standard input. */
  tell(line: string): void {
    this.#input?.write(`${line}\n`);
  }

  /** Tells it to end, and ends it after `withinMs`. Resolves to whether it came to that. Never rejects. */
  async stop(withinMs: number): Promise<boolean> {
    this.#isStopping = true;
    this.resume();
    await this.#pausing;
    await this.#inner.stop({ t: Math.ceil(withinMs / 1_000) }).catch(() => {});
    return (await this.#ended).includes('SIGKILL');
  }

  /** Ends it at once. Never rejects. */
  async kill(): Promise<void> {
    this.#isStopping = true;
    this.resume();
    await this.#pausing;
    await this.#inner.kill({ signal: 'SIGKILL' }).catch(() => {});
    await this.#ended;
  }

  /** Makes it stand still. */
  pause(): void {
    this.#pausing = this.#pausing.then(() => this.#inner.pause()).catch(() => {});
  }

  /** Lets it go on; nothing happens to one that does. */
  resume(): void {
    this.#pausing = this.#pausing.then(() => this.#inner.unpause()).catch(() => {});
  }

  /** Paths that have been made or changed in it. */
  async changedPaths(): Promise<string[]> {
    const changes = (await this.#inner.changes().catch(() => null)) as { Path: string }[] | null;
    return (changes ?? []).map(({ Path }) => Path);
  }

  /** Reads a file out of it, as an engine copies it; nothing when there is none. */
  async readFile(path: string): Promise<SavedFile> {
    const archive = await this.#inner.getArchive({ path }).catch(() => null);
    return archive === null ? NO_FILE : await savedFileIn(archive as Readable);
  }

  /** The SHA-256 of each file in a folder of it; null when the engine does not say. */
  async hashFolder(path: string): Promise<ReadonlyMap<string, string> | null> {
    try {
      return await hashesIn((await this.#inner.getArchive({ path })) as Readable);
    } catch {
      return null;
    }
  }

  /** Removes it, whatever it does. Rejects when the engine cannot. */
  async remove(): Promise<void> {
    this.#isStopping = true;
    await this.#inner.remove({ force: true, v: true }).catch((error: unknown) => {
      if (!isSettled(error)) throw error;
    });
  }

  /** `drained` resolves at the end of its output. */
  async #attach({ onLine, onOutput }: ContainerCallbacks): Promise<{ drained: Promise<void> }> {
    const streams = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
    const wire = await this.#inner.attach(streams);
    const [out, err] = [new PassThrough(), new PassThrough()];
    this.#engine.modem.demuxStream(wire, out, err);
    createInterface({ input: out }).on('line', onLine);
    this.#lastWords = '';
    createInterface({ input: err }).on('line', (line) => {
      if (line.trim() !== '') this.#lastWords = displaySafe(line.trim(), LONGEST_WORDS);
    });
    if (onOutput !== undefined) {
      for (const stream of [out, err]) stream.on('data', (bytes) => onOutput(String(bytes)));
    }
    // It may end while we write to it; `ended` tells.
    wire.on('error', () => {});
    this.#input = wire;
    const drained = new Promise<void>((resolve) => {
      const over = (): void => {
        out.end();
        err.end();
        resolve();
      };
      wire.on('end', over).on('close', over);
    });
    return { drained };
  }

  async #untilEnd(drained: Promise<void>): Promise<string> {
    const { StatusCode: code } = (await this.#inner.wait().catch(() => ({ StatusCode: -1 }))) as {
      StatusCode: number;
    };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, DRAIN_MS)));
    await Promise.race([drained, late]);
    clearTimeout(timer);
    const how = code === 137 ? 'was ended by SIGKILL' : `ended with exit code ${code}`;
    return this.#lastWords === '' ? how : `${how} (its last words: ${this.#lastWords})`;
  }
}

function refusal(what: string, error: unknown): RunError {
  return new RunError(`The engine did not ${what}: ${engineComplaint(error)}.`, { cause: error });
}
