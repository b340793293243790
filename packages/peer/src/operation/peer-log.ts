import { isHearsay, type PeerObserver, type RefusalCode } from '../core/observer.ts';
import { formatAddress, type Address } from '../protocol/address.ts';
import { LineLimit, type OmittedLines } from './line-limit.ts';
import type { Log } from './log.ts';

/** Lines a second of one kind; a transfer is worth more of them than a refusal, each code of which is a kind. */
const TRANSFERS_PER_SECOND = 100;
const REFUSALS_PER_SECOND = 5;
const OTHERS_PER_SECOND = 20;

/** Writes what a peer does to a log: a line for each transfer, each refusal and each change of who is in touch. */
export class PeerLog {
  readonly #log: Log;
  readonly #limit: LineLimit;
  readonly observer: PeerObserver;

  constructor(log: Log) {
    this.#log = log;
    this.#limit = new LineLimit((omitted) => this.#summarize(omitted));
    this.observer = {
      onServed: (remote, name, sizeBytes, elapsedUs) => {
        this.#transferred('served', remote, name, sizeBytes, elapsedUs);
      },
      onFetched: (name, outcome, from, sizeBytes, elapsedUs) => {
        if (outcome === 'found') this.#transferred('fetched', from, name, sizeBytes, elapsedUs);
        else this.#notFetched(name, outcome);
      },
      onRefused: (remote, code) => this.#refused(remote, code),
      onReached: (address) => this.#met('reached', 'A peer answered.', address),
      onLost: (address) => this.#met('lost', 'A peer does not answer any more.', address),
      onServingClosed: (remote, cause) => {
        if (log.level !== 'debug' && log.level !== 'trace') return;
        const fields = { peer: formatAddress(remote), cause };
        log.write('debug', 'closed', 'A caller is gone.', fields);
      },
    };
  }

  /** Writes what is still to be said of lines left out. */
  flush(): void {
    this.#limit.flush();
  }

  #transferred(
    event: 'served' | 'fetched',
    peer: Address,
    name: string,
    bytes: number,
    elapsedUs: number,
  ): void {
    if (!this.#limit.allows(event, TRANSFERS_PER_SECOND, bytes)) return;
    const message = event === 'served' ? 'Sent an image.' : 'Fetched an image.';
    const durationMs = elapsedUs / 1_000;
    this.#log.write('info', event, message, { peer: formatAddress(peer), name, bytes, durationMs });
  }

  #notFetched(name: string, outcome: string): void {
    if (!this.#limit.allows('not-fetched', OTHERS_PER_SECOND)) return;
    this.#log.write('warn', 'not-fetched', 'An image was not fetched.', { name, outcome });
  }

  #refused(remote: Address, code: RefusalCode): void {
    if (!this.#limit.allows(`refused ${code}`, REFUSALS_PER_SECOND)) return;
    const fields = { peer: formatAddress(remote), code };
    const message = isHearsay(code)
      ? 'What a peer told was not believed.'
      : 'A caller was turned away.';
    this.#log.write('warn', 'refused', message, fields);
  }

  #met(event: 'reached' | 'lost', message: string, address: Address): void {
    if (!this.#limit.allows(event, OTHERS_PER_SECOND)) return;
    this.#log.write('info', event, message, { peer: formatAddress(address) });
  }

  #summarize({ kind, lines, amount }: OmittedLines): void {
    const [of, code] = kind.split(' ', 2) as [string, string | undefined];
    const isTransfer = of === 'served' || of === 'fetched';
    this.#log.write(isTransfer ? 'info' : 'warn', 'omitted', 'More of the same were left out.', {
      of,
      ...(code !== undefined && { code }),
      lines,
      ...(isTransfer && { bytes: amount }),
    });
  }
}
