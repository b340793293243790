import { expect } from 'vitest';
import type { ContractHost, ContractWorld } from './contract-world.ts';
import { IMAGES } from './contract-images.ts';
import { Acceptor, type Recorder } from './recorder.ts';

/** What each test of the contract finds set up: a new world with two hosts. */
export class ContractBench {
  world!: ContractWorld;
  /** Holds the images; `acceptor` is told of its calls. */
  server!: ContractHost;
  /** Holds nothing; `alarms` is told of its alarms. */
  caller!: ContractHost;
  acceptor!: Acceptor;
  alarms!: Acceptor;

  /** Makes everything anew. */
  async setUp(makeWorld: () => Promise<ContractWorld>): Promise<void> {
    this.world = await makeWorld();
    this.acceptor = new Acceptor();
    this.alarms = new Acceptor();
    this.server = await this.world.addHost(IMAGES, this.acceptor);
    this.caller = await this.world.addHost({}, this.alarms);
  }

  /** The one connection that the server has accepted. */
  onlyAccepted(): Recorder {
    expect(this.acceptor.accepted).toHaveLength(1);
    return this.acceptor.accepted[0]!;
  }
}
