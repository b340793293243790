import type { ContractWorld } from '../../../peer/test/contract/contract-world.ts';
import { hostContract } from '../../../peer/test/contract/host.contract.ts';
import type { Network } from '../../src/scenario/scenario.ts';
import { Content } from '../../src/virtual/content.ts';
import type { VirtualConnection } from '../../src/virtual/virtual-connection.ts';
import { addressOf } from '../../src/virtual/host-address.ts';
import { World } from '../../src/virtual/world.ts';

const PATIENCE_US = 10_000_000;

function contractWorld(network: Partial<Network>): ContractWorld {
  const world = new World(1, {
    latencyUs: 0,
    jitterUs: 0,
    bandwidthBytesPerSecond: 0,
    loss: 0,
    segments: 'natural',
    ...network,
  });
  return {
    nobody: addressOf(1_000),

    addHost(images, handler) {
      for (const [name, bytes] of Object.entries(images))
        world.catalog.add(name, Content.of(bytes));
      const host = world.addHost(Object.keys(images));
      host.handler = handler;
      return Promise.resolve({
        host,
        address: host.address,
        files: () =>
          new Map([...host.images.files()].map(([name, content]) => [name, content.bytes()])),
        fail: (connection) => (connection as VirtualConnection).breakOff(),
      });
    },

    until(condition) {
      const latestUs = world.nowUs + PATIENCE_US;
      // So that a wait for time alone comes to its end.
      world.at(latestUs, () => {});
      for (let us = world.nowUs; us < latestUs; us += 1_000) world.at(us, () => {});
      while (!condition()) {
        if (!world.step() || world.nowUs >= latestUs) {
          return Promise.reject(new Error('the condition did not come to hold within 10 s'));
        }
      }
      return Promise.resolve();
    },

    close: () => Promise.resolve(),
  };
}

hostContract('the virtual world', () => Promise.resolve(contractWorld({})));

hostContract('the virtual world with a shaped network', () =>
  Promise.resolve(
    contractWorld({
      latencyUs: 20_000,
      jitterUs: 5_000,
      bandwidthBytesPerSecond: 12_500_000,
      loss: 0.01,
    }),
  ),
);
