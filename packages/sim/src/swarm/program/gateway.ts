/**
 * The way from the lab to the agents: a container on the network of the run, whose standard input and output are in the
 * hands of the lab, so that no port is open to anybody. What is for an agent, and of one, begins with its number.
 */
import { AGENT_PORT } from '../messages.ts';
import { LineBatch } from '../line-batch.ts';
import { callLink, type LineLink } from './line-link.ts';

/** An agent that does not answer is called again after this. */
const AGAIN_MS = 500;

/** What the gateway says of an agent beside its lines. */
export const UP = 'up';
export const DOWN = 'down';

/** What the lab says to have an agent called anew. */
export const DROP = 'drop';

/** See the head of this file. */
export class Gateway {
  readonly #token: string;
  readonly #output: LineBatch;
  readonly #links = new Map<number, LineLink>();
  #isOver = false;

  /** `write` gets what is for the lab. */
  constructor(token: string, write: (text: string) => void) {
    this.#token = token;
    this.#output = new LineBatch(write);
  }

  /** Keeps calling an agent for as long as there is none on the line. */
  async keepCalling(number: number, ip: string, port: number = AGENT_PORT): Promise<void> {
    try {
      const link = await callLink(ip, port, this.#token);
      this.#links.set(number, link);
      link.listen({
        onLine: (line) => this.#output.add(`${number} ${line}`),
        onEnd: () => {
          this.#links.delete(number);
          this.#output.add(`${number} ${DOWN}`);
          this.#callAgain(number, ip, port);
        },
      });
      this.#output.add(`${number} ${UP}`);
    } catch {
      this.#callAgain(number, ip, port);
    }
  }

  /** Hangs up and calls nobody any more. */
  end(): void {
    this.#isOver = true;
    for (const link of this.#links.values()) link.end();
  }

  /** Takes in a line of the lab. */
  hear(line: string): void {
    const end = line.indexOf(' ');
    const link = this.#links.get(Number(line.slice(0, end)));
    const rest = line.slice(end + 1);
    if (rest === DROP) link?.end();
    else link?.tell(rest);
  }

  #callAgain(number: number, ip: string, port: number): void {
    if (this.#isOver) return;
    setTimeout(() => void this.keepCalling(number, ip, port), AGAIN_MS);
  }
}
