/**
 * The hands of the lab on one host: starts, ends and freezes the peers there, makes them ask when it is time, takes in
 * what they say, and tells the lab in batches. It ends them when the lab falls silent.
 */
import { HOLDER_PORT, SILENCE_MS, type AgentCommand, type AgentEvent } from '../messages.ts';
import { AgentPeer } from './agent-peer.ts';
import { DueQueue } from './due-queue.ts';
import { callLink, type LineLink } from './line-link.ts';

/** A holder that does not answer yet is called again after this. */
const AGAIN_MS = 250;

/** See the head of this file. */
export class Agent {
  readonly #token: string;
  readonly #holderPort: number;
  readonly #peers = new Map<number, AgentPeer>();
  readonly #due = new DueQueue();
  #lab: LineLink | null = null;
  #silence: NodeJS.Timeout | null = null;

  constructor(token: string, holderPort: number = HOLDER_PORT) {
    this.#token = token;
    this.#holderPort = holderPort;
  }

  /** Obeys whoever is at the other end, and nobody who was there before: then nothing runs yet. */
  obey(link: LineLink, before: string): void {
    this.#abandon();
    this.#lab?.end();
    this.#lab = link;
    const onEnd = (): void => {
      if (this.#lab === link) this.#abandon();
    };
    link.listen({ onLine: (line) => this.#hear(line), onEnd }, before);
    this.#heard();
  }

  #heard(): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lab?.end(), SILENCE_MS);
  }

  #abandon(): void {
    if (this.#silence !== null) clearTimeout(this.#silence);
    this.#silence = null;
    this.#lab = null;
    this.#due.clear();
    for (const peer of this.#peers.values()) peer.abandon();
  }

  #hear(line: string): void {
    this.#heard();
    const command = JSON.parse(line) as AgentCommand;
    if (command.do === 'ping') return this.#answer(command.id);
    if (command.do === 'adopt') return void this.#adopt(command.peer, command.ip);
    const peer = this.#peers.get(command.peer);
    if (command.do !== 'fetch') return peer?.obey(command);
    const fetch = peer?.fetching(command.id, command.name);
    if (fetch !== undefined) this.#due.add(command.atMs, () => void fetch());
  }

  #answer(id: number): void {
    const worstLagMs = this.#due.takeWorstLagMs();
    this.#tell({ event: 'pong', id, atMs: performance.now(), worstLagMs });
  }

  async #adopt(peer: number, ip: string): Promise<void> {
    const lab = this.#lab;
    while (this.#lab === lab && !this.#peers.has(peer)) {
      try {
        const link = await callLink(ip, this.#holderPort, this.#token);
        const tell = (event: object): void => this.#tell({ peer, ...event } as AgentEvent);
        this.#peers.set(peer, new AgentPeer(link, tell, () => this.#peers.delete(peer)));
      } catch {
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    if (this.#lab === lab) this.#tell({ event: 'adopted', peer });
  }

  #tell(event: AgentEvent): void {
    this.#lab?.tell(JSON.stringify(event));
  }
}
