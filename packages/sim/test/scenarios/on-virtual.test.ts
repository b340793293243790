import { globSync } from 'node:fs';
import { join } from 'node:path';
import { virtual } from '../../src/runner/virtual.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { scenario } from '../../src/vitest/index.ts';

const FOLDER = join(import.meta.dirname, '../../../../scenarios');

/** Larger ones take minutes; `npm run bench -- virtual` runs them. */
const MOST_PEERS = 20_000;

scenario(globSync(join(FOLDER, '*.yaml')).sort(), { runner: 'virtual', skip: reasonToSkip });

function reasonToSkip(scenario: Scenario): string | null {
  const peers = scenario.groups.reduce((sum, group) => sum + group.count, 0);
  if (virtual.refusals(scenario).length > 0) return 'it needs real processes';
  return peers > MOST_PEERS ? `${peers} peers take minutes` : null;
}
