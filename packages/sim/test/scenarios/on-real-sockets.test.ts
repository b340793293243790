import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { loopback } from '../../src/runner/loopback.ts';
import { processes } from '../../src/runner/process.ts';
import type { Runner } from '../../src/runner/runner.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { scenario } from '../../src/vitest/index.ts';

const FOLDER = join(import.meta.dirname, '../../../../scenarios');

/** More real peers than this are for the virtual runner. */
const MOST_PEERS = 50;

/** The processes show what differs there; what takes long is shown on loopback. */
const LONGEST_US = { loopback: 22_000_000, process: 8_000_000 } as const;

const hasPython = spawnSync('python3', ['--version']).status === 0;

// Not those that exploring has found: what fails in them depends on moments of the virtual world.
const files = globSync(join(FOLDER, '*.yaml')).sort();

for (const [runner, world] of [
  ['loopback', loopback],
  ['process', processes],
] as const) {
  // Several at once: most of the time they wait, and how fast they are is not judged here.
  const skip = (scenario: Scenario): string | null =>
    reasonToSkip(scenario, world, LONGEST_US[runner]);
  scenario(files, { runner, skip, concurrent: true }, (result) => {
    expect(result).toHold({ pace: false });
  });
}

/** Why a scenario is not for real sockets here; null when it is. */
function reasonToSkip(scenario: Scenario, runner: Runner, longestUs: number): string | null {
  const peers = scenario.groups.reduce((sum, group) => sum + group.count, 0);
  if (peers > MOST_PEERS) return `${peers} peers`;
  const lastsUs = scenario.phases.reduce((sum, phase) => sum + phase.forUs, 0);
  if (lastsUs > longestUs) return `its phases last ${lastsUs / 1e6} s`;
  const [refusal] = runner.refusals(scenario);
  if (refusal !== undefined) return refusal;
  const needsPython = scenario.groups.some((group) => group.run?.startsWith('python3 '));
  if (needsPython && !hasPython && process.env['REQUIRE_PYTHON'] !== '1') {
    return 'there is no python3; REQUIRE_PYTHON=1 makes this a failure';
  }
  return null;
}
