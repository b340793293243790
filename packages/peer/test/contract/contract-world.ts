import type { Connection, Host, HostHandler } from '../../src/core/host.ts';
import type { Address } from '../../src/protocol/address.ts';

/** One host of a `ContractWorld`. */
export interface ContractHost {
  readonly host: Host;
  /** Where it listens. */
  readonly address: Address;
  /** All that its folder holds now, hidden files included. */
  files(): ReadonlyMap<string, Uint8Array>;
  /** Breaks an accepted connection, as a cable that is pulled or a process that is killed. */
  fail(connection: Connection): void;
  /** The exceptions out of handlers that the host has reported; absent when they end the world. */
  readonly bugs?: readonly unknown[];
}

/** Where hosts live that can reach each other. */
export interface ContractWorld {
  /** An address of this world where nobody listens. */
  readonly nobody: Address;
  /** A listening host with its own folder that holds `images`. `handler` is told of accepts and alarms. */
  addHost(images: Record<string, Uint8Array>, handler: HostHandler): Promise<ContractHost>;
  /** Resolves when the condition holds; rejects after 10 s of the world's time. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}
