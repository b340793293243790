/**
 * A thread that serves beside the main one of its peer: it listens on the same port, and the system gives each
 * connection to one of them. What it is told and tells stands in thread-messages.ts.
 */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { PeerLimits } from '../core/options.ts';
import { ipOf, portOf, type Address } from '../protocol/address.ts';
import { ImageFolder } from '../storage/image-folder.ts';
import { NodeHost } from '../transport/node-host.ts';
import { BatchingObserver } from './event-batch.ts';
import { ServingPeer } from './serving-peer.ts';
import type { ThreadCommand, ThreadEvent, ThreadSetting } from './thread-messages.ts';

/** News wait so long for more of them. */
const GATHER_MS = 20;

/** While something is open, what it has sent is told this often. */
const STATUS_MS = 500;

/** Addresses of callers that wait to be told; more are dropped, as a caller greets again. */
const MOST_ANNOUNCED = 1_024;

class ServingThread {
  readonly #port: MessagePort;
  readonly #host: NodeHost;
  readonly #peer: ServingPeer;
  readonly #observer: BatchingObserver;
  readonly #limits: PeerLimits;
  #announced = new Set<Address>();
  #timer: NodeJS.Timeout | null = null;
  /** News wait; otherwise the timer is one for the status alone. */
  #isSoon = false;

  constructor(port: MessagePort, folder: ImageFolder, setting: ThreadSetting) {
    this.#port = port;
    this.#limits = { ...setting.limits };
    this.#observer = new BatchingObserver(setting.observed, () => this.#tellSoon());
    this.#host = new NodeHost({
      folder,
      bigBuffers: setting.bigBuffers,
      onBug: (error) => {
        this.#tell({ event: 'bug', stack: String((error as Error).stack ?? error) });
      },
    });
    this.#peer = new ServingPeer(this.#host, {
      limits: this.#limits,
      observer: this.#observer.observer,
      peers: setting.peers,
      onAnnounced: (address) => this.#keepAnnounced(address),
    });
    this.#host.attach({
      onAccept: (connection) => {
        this.#tellSoon();
        return this.#peer.onAccept(connection);
      },
      onAlarm: () => this.#peer.onAlarm(),
    });
  }

  async listen(address: Address): Promise<void> {
    await this.#host.listen(ipOf(address), portOf(address), true);
    this.#port.on('message', (command: ThreadCommand) => this.#obey(command));
    this.#tell({ event: 'listening' });
  }

  #obey(command: ThreadCommand): void {
    switch (command.do) {
      case 'peers':
        return this.#peer.setPeers(command.peers);
      case 'limits':
        return void Object.assign(this.#limits, command.limits);
      case 'stop':
        return void this.#stop(command.withinMs);
    }
  }

  async #stop(withinMs: number): Promise<void> {
    this.#peer.callers.stop();
    await this.#host.close(withinMs);
    this.#tellNews();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#port.close();
  }

  #keepAnnounced(address: Address): void {
    if (this.#announced.size < MOST_ANNOUNCED) this.#announced.add(address);
    this.#tellSoon();
  }

  #tellSoon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    this.#tellIn(GATHER_MS);
  }

  #tellIn(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tellNews(), ms);
  }

  #tellNews(): void {
    this.#isSoon = false;
    const accepted = this.#peer.callers.count;
    const status = { accepted, ...this.#host.traffic() };
    const announced = [...this.#announced];
    this.#announced.clear();
    this.#tell({ event: 'news', batch: this.#observer.take(), announced, status });
    if (accepted > 0) this.#tellIn(STATUS_MS);
  }

  #tell(event: ThreadEvent): void {
    this.#port.postMessage(event);
  }
}

async function run(port: MessagePort, setting: ThreadSetting): Promise<void> {
  try {
    const folder = await ImageFolder.open(setting.images, setting.folder);
    await new ServingThread(port, folder, setting).listen(setting.address);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    port.postMessage({ event: 'failed', message, code } satisfies ThreadEvent);
    port.close();
  }
}

void run(parentPort!, workerData as ThreadSetting);
