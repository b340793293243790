/** Below those that systems give to outgoing connections, above those that need a right. */
const FIRST_PORT = 1_024;
const PORTS = 32_768 - FIRST_PORT;

/**
 * The ports that connections leave from, for each IP in turn. A socket that is bound to an IP alone makes
 * the kernel look for a port that nobody has, closed connections included: with 6,000 of these, which
 * takes it a minute to forget, 2 ms for each connection. A port that is named may be one of theirs.
 */
export class SourcePorts {
  readonly #next = new Map<number, number>();

  /** The next port of this IP. Somebody may listen there: then the one after it is to be tried. */
  next(ip: number): number {
    const count = this.#next.get(ip) ?? 0;
    this.#next.set(ip, (count + 1) % PORTS);
    return FIRST_PORT + count;
  }
}
