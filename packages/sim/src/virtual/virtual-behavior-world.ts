import { Session, type Address, type Connection } from '@imagemesh/peer';
import type { BehaviorWorld, DeafCall } from '../behavior/caller.ts';
import type { VirtualHost } from './virtual-host.ts';

/** What the virtual world gives a misbehaving peer beside its host. */
export class VirtualBehaviorWorld implements BehaviorWorld {
  readonly names: readonly string[];
  readonly #host: VirtualHost;

  constructor(host: VirtualHost, names: readonly string[]) {
    this.#host = host;
    this.names = names;
  }

  readImage(name: string): Uint8Array | null {
    return this.#host.images.files().get(name)?.bytes() ?? null;
  }

  askDeaf(address: Address, request: Uint8Array, onClosed: () => void): DeafCall {
    const asking = new DeafAsking(request, onClosed);
    const connection = this.#host.world.calls.dial(this.#host, address, asking);
    connection.isDeaf = true;
    asking.connection = connection;
    return { close: () => connection.destroy('reset') };
  }
}

/** Says what it wants and waits for nothing. */
class DeafAsking extends Session {
  connection!: Connection;
  readonly #request: Uint8Array;
  readonly #onClosed: () => void;

  constructor(request: Uint8Array, onClosed: () => void) {
    super();
    this.#request = request;
    this.#onClosed = onClosed;
  }

  override onOpen(): void {
    this.connection.write(this.#request);
    this.connection.end();
  }

  override onDeadline(): void {}

  override onClose(): void {
    this.#onClosed();
  }
}
