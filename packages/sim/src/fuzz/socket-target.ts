import { formatAddress, type Address } from '@imagemesh/peer';
import { RunError } from '../result/run-error.ts';
import type { Batch } from './batch.ts';
import { expectedAnswer, type Rules } from './judge.ts';
import { socketCall } from './socket-call.ts';
import type { Observation, Target } from './target.ts';

/** An answer that there must be has to be there by then, however busy the machine is. */
const ANSWER_MS = 10_000;

/** Where a peer may wait for more, the fuzzer leaves. */
const PATIENCE_MS = 100;

const GREETING = { pieces: [Buffer.from('HELLO')], pauseMs: 0, ending: 'wait' } as const;

/** A peer that somebody else runs, at an address. */
export class SocketTarget implements Target {
  readonly #address: Address;
  readonly #rules: Rules;

  constructor(address: Address, rules: Rules) {
    this.#address = address;
    this.#rules = rules;
  }

  /** Rejects with a `RunError` unless the peer answers a greeting. */
  async greet(): Promise<void> {
    if (await this.#answers()) return;
    const where = formatAddress(this.#address);
    throw new RunError(`No peer answers a greeting at ${where}; start one there and try again.`);
  }

  async play({ calls }: Batch): Promise<Observation> {
    const heard = await Promise.all(
      calls.map((call) => {
        const isAwaited = expectedAnswer(call, this.#rules) !== null;
        return socketCall(this.#address, call, isAwaited ? ANSWER_MS : PATIENCE_MS);
      }),
    );
    const troubles = (await this.#answers()) ? [] : ['answers no greeting any more'];
    return { heard, troubles, marks: [] };
  }

  async close(): Promise<void> {}

  async #answers(): Promise<boolean> {
    const { reply } = await socketCall(this.#address, GREETING, ANSWER_MS);
    return Buffer.from(reply).toString('latin1').startsWith('PEERS:');
  }
}
