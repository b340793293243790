import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ipOf, type Address } from '@imagemesh/peer';
import type { Heal, Links } from '../fault/trouble.ts';
import { RunError } from '../result/run-error.ts';
import type { LinkRule, Network } from '../scenario/scenario.ts';
import { checkLoopbackBlock } from './loopback-block.ts';
import type { RelayAnswer, RelayCommand, RelayThreadData } from './relay-command.ts';

/** Beside this file, whether it was built or not. */
const PROGRAM = new URL(`./relay-worker${extname(import.meta.url)}`, import.meta.url);

type Omitted<Command> = Command extends unknown ? Omit<Command, 'id'> : never;

/**
 * A relay on a thread of its own. What goes through it then costs the lab's own thread nothing: it would
 * take the time of every piece twice, to read it and to write it, from the peers and the clock there.
 */
export class RelayThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Address>>();
  readonly #ended: Promise<void>;
  #ids = 0;
  #rules = 0;
  #problem: RunError | null = null;

  private constructor(workerData: RelayThreadData, onCrash: (error: RunError) => void) {
    this.#worker = new Worker(PROGRAM, { workerData });
    this.#worker.on('message', (answer: RelayAnswer) => this.#hear(answer));
    this.#worker.on('error', (error) => {
      const message = `The relay had a bug: ${String((error as Error).stack ?? error)}`;
      this.#problem = new RunError(message, { cause: error });
      onCrash(this.#problem);
    });
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    void this.#ended.then(() => this.#rejectAll());
  }

  /**
   * Starts a relay, see `Relay`. `onCrash` is told of a bug in it, after which it does nothing any more.
   * Rejects with a `RunError` where peers are to have loopback addresses of their own and cannot.
   */
  static async open(
    seed: number,
    onCrash: (error: RunError) => void,
    network: Network | null = null,
    callsFrom: number | null = null,
  ): Promise<RelayThread> {
    if (callsFrom === null) await checkLoopbackBlock();
    return new RelayThread({ seed, network, callsFrom }, onCrash);
  }

  /** See `Relay.attach`. */
  async attach(
    peer: number,
    publicAddress: Address,
    ownIp: number = ipOf(publicAddress),
  ): Promise<Address> {
    return await this.#ask({ do: 'attach', peer, address: publicAddress, ownIp });
  }

  /** See `Relay.route`. */
  route(peer: number, privateAddress: Address): void {
    this.#tell({ do: 'route', peer, address: privateAddress });
  }

  /** See `Relay.addLinkRule`. It takes effect a moment later; `settled` says when. */
  addLinkRule(links: Links, what: LinkRule): Heal {
    const rule = this.#rules++;
    this.#tell({ do: 'add-rule', rule, links, what });
    return () => this.#tell({ do: 'remove-rule', rule });
  }

  /** See `Relay.resetStranded`. */
  resetStranded(peer: number): void {
    this.#tell({ do: 'reset-stranded', peer });
  }

  /** Resolves when all that was told so far is so. */
  async settled(): Promise<void> {
    await this.#ask({ do: 'settle' });
  }

  /** Resets all connections, listens no more and ends the thread. Never rejects. */
  async close(): Promise<void> {
    await this.#ask({ do: 'close' }).catch(() => {});
    await this.#ended;
  }

  async #ask(command: Omitted<RelayCommand & { id: number }>): Promise<Address> {
    if (this.#problem !== null) throw this.#problem;
    const id = this.#ids++;
    const answer = Promise.withResolvers<Address>();
    this.#waiting.set(id, answer);
    this.#tell({ ...command, id } as RelayCommand);
    return await answer.promise;
  }

  #tell(command: RelayCommand): void {
    this.#worker.postMessage(command);
  }

  #hear({ id, problem, address }: RelayAnswer): void {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (problem === null) answer?.resolve(address);
    else answer?.reject(new RunError(problem));
  }

  #rejectAll(): void {
    const error = this.#problem ?? new RunError('The relay has ended.');
    this.#problem = error;
    for (const answer of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
  }
}
