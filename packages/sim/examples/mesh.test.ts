/** Scenarios as tests: `npx vitest run`. */
import { scenario } from '@imagemesh/sim/vitest';
import { expect } from 'vitest';

// Its expectations must hold.
scenario('mesh.yaml');

// With another seed, and more that must be true.
scenario('mesh.yaml', { seed: 2 }, (result) => {
  expect(result).toHold();
  expect(result).toBeDiscoveredWithin('2s');
  expect(result).toHold('steady.latency.p99 <= 250ms');
});
