/**
 * The six rules of the host port (src/core/host.ts) as tests that every host must pass. Written
 * against the port alone: a host on real sockets and a virtual one run the same statements.
 */
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { callsAndTimeContract } from './calls-and-time.contract.ts';
import { ContractBench } from './contract-bench.ts';
import type { ContractWorld } from './contract-world.ts';
import { imagesContract } from './images.contract.ts';
import { violations, watchCalls } from './recorder.ts';
import { storeAndBugsContract } from './store.contract.ts';
import { streamsContract } from './streams.contract.ts';

/** Runs the contract. `makeWorld` makes a new, empty world for each test. */
export function hostContract(name: string, makeWorld: () => Promise<ContractWorld>): void {
  describe(`the host contract on ${name}`, () => {
    const bench = new ContractBench();

    beforeEach(async () => {
      watchCalls();
      await bench.setUp(makeWorld);
    });

    afterEach(async () => {
      await bench.world.close();
      expect(violations).toEqual([]);
    });

    callsAndTimeContract(bench);
    streamsContract(bench);
    imagesContract(bench);
    storeAndBugsContract(bench);
  });
}
