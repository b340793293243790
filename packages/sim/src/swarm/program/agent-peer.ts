import { ControlDialog } from '../../runner/control-dialog.ts';
import type { HolderEvent, PeerCommand, PeerEvent } from '../messages.ts';
import type { LineLink } from './line-link.ts';

/** A peer of the host of an agent, at the other end of a link to its holder. */
export class AgentPeer {
  readonly #holder: LineLink;
  readonly #tell: (event: PeerEvent) => void;
  #dialog: ControlDialog | null = null;

  /** `onGone` is called when its container has ended. */
  constructor(holder: LineLink, tell: (event: PeerEvent) => void, onGone: () => void) {
    this.#holder = holder;
    this.#tell = tell;
    holder.listen({
      onLine: (line) => this.#hear(line),
      onEnd: () => {
        this.#over('its container ended');
        onGone();
      },
    });
  }

  /** Does what the lab says. */
  obey(command: PeerCommand): void {
    switch (command.do) {
      case 'start':
        return this.#holder.tell(`>${JSON.stringify({ do: 'start', peers: command.peers })}`);
      case 'counts':
        return void this.#count(command.id);
      case 'run':
        this.#dialog = this.#makeDialog();
        return this.#holder.tell(JSON.stringify(command));
      case 'end':
        this.#dialog?.end('it was ended');
        this.#dialog = null;
        return this.#holder.tell(JSON.stringify(command));
      case 'fetch':
      case 'adopt':
        return;
      default:
        return this.#holder.tell(JSON.stringify(command));
    }
  }

  /** What makes it ask, unless it has ended until then; it may be running again, but nobody waits for that. */
  fetching(id: number, name: string): () => Promise<void> {
    const dialog = this.#dialog;
    return async () => {
      const asked = dialog === this.#dialog ? dialog : null;
      const hash = (savedAs: string): Promise<string> => dialog!.hash(savedAs);
      const answer = (await asked?.request(name, hash).catch(() => null)) ?? null;
      this.#tell({ event: 'answer', id, answer });
    };
  }

  /** Ends what runs of it; its container stays. */
  abandon(): void {
    this.#dialog?.end('its lab is silent');
    this.#dialog = null;
    this.#holder.tell(JSON.stringify({ do: 'end', id: -1, signal: 'SIGKILL', withinMs: 0 }));
  }

  #makeDialog(): ControlDialog {
    const tell = this.#tell;
    const knows = (event: 'reached' | 'lost') => (address: number) =>
      tell({ event, address, atMs: performance.now() });
    const dialog = new ControlDialog(
      {
        onReached: knows('reached'),
        onLost: knows('lost'),
        onCrash: (how) => tell({ event: 'crash', how }),
        onLeft: () => {},
      },
      (line) => this.#holder.tell(`>${line}`),
    );
    void dialog.listening.then((address) => tell({ event: 'listening', address }));
    return dialog;
  }

  #hear(line: string): void {
    if (line.startsWith('<')) return this.#dialog?.read(line.slice(1));
    const event = JSON.parse(line) as HolderEvent;
    if (event.event === 'crash') this.#over(event.how);
    else this.#tell(event);
  }

  #over(how: string): void {
    const dialog = this.#dialog;
    this.#dialog = null;
    if (dialog === null) return;
    dialog.end(how);
    this.#tell({ event: 'crash', how });
  }

  async #count(id: number): Promise<void> {
    const dialog = this.#dialog;
    const counts = (await dialog?.counts()) ?? null;
    this.#tell({ event: 'counts', id, counts, rssBytes: dialog?.rssBytes ?? 0 });
  }
}
