import { formatIp, parseIp } from '@imagemesh/peer';
import { RunError } from '../result/run-error.ts';
import { engineComplaint, type Engine } from './engine.ts';
import type { Labels } from './labels.ts';

/** A bridge of Linux has room for so many. */
export const MOST_CONTAINERS = 1_000;

/** Networks of runs are a 64th each of this one, where there are hardly any others. */
const FIRST_SUBNET = parseIp('10.213.0.0')!;
const SUBNETS = 64;
const SUBNET_ADDRESSES = 1_024;
const PREFIX_LENGTH = 22;

/**
 * The network of a run. Its addresses are chosen here: a container that is started again is to be where it was,
 * and an engine keeps only addresses that were asked for.
 */
export class RunNetwork {
  readonly id: string;
  /** Where the lab is, for containers. */
  readonly gatewayIp: number;

  private constructor(id: string, gatewayIp: number) {
    this.id = id;
    this.gatewayIp = gatewayIp;
  }

  /** Makes one, in the first range of addresses that is free. Rejects with a `RunError` when there is none. */
  static async make(engine: Engine, name: string, labels: Labels): Promise<RunNetwork> {
    // Labs that start at the same time need not all try the same.
    const start = process.pid % SUBNETS;
    let last: unknown;
    for (let i = 0; i < SUBNETS; i++) {
      const base = FIRST_SUBNET + ((start + i) % SUBNETS) * SUBNET_ADDRESSES;
      try {
        return await RunNetwork.#makeAt(engine, base, name, labels);
      } catch (error) {
        last = error;
        if (!/overlap|in use|conflict/i.test(engineComplaint(error))) break;
      }
    }
    throw new RunError(
      `The engine made no network for the run: ${engineComplaint(last)}; see docker network ls.`,
      { cause: last },
    );
  }

  /** Where a peer is, by its number. */
  ipOf(peer: number): number {
    return this.gatewayIp + 1 + peer;
  }

  static async #makeAt(
    engine: Engine,
    base: number,
    name: string,
    labels: Labels,
  ): Promise<RunNetwork> {
    const Subnet = `${formatIp(base)}/${PREFIX_LENGTH}`;
    const network = await engine.createNetwork({
      Name: name,
      Driver: 'bridge',
      Labels: { ...labels },
      IPAM: { Driver: 'default', Config: [{ Subnet, Gateway: formatIp(base + 1) }] },
    });
    return new RunNetwork(network.id, base + 1);
  }
}
