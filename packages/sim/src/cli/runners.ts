import { docker } from '../docker/docker.ts';
import { loopback } from '../runner/loopback.ts';
import { processes } from '../runner/process.ts';
import { virtual } from '../runner/virtual.ts';
import { swarm } from '../swarm/swarm.ts';
import type { Runner } from '../runner/runner.ts';
import { nearest } from '../scenario/nearest.ts';
import { UsageError } from './usage-error.ts';

const RUNNERS: readonly Runner[] = [loopback, processes, docker, swarm, virtual];

/** What `--runner` accepts. */
export const RUNNER_NAMES: readonly string[] = RUNNERS.map((runner) => runner.name);

/** The runner with this name; throws a `UsageError` when there is none. */
export function findRunner(name: string): Runner {
  const runner = RUNNERS.find((one) => one.name === name);
  if (runner !== undefined) return runner;
  if (name === '') {
    throw new UsageError(
      `--runner names an empty runner; use ${RUNNER_NAMES.join(', ')}, or several with one comma between two.`,
    );
  }
  const near = nearest(name, RUNNER_NAMES);
  const hint = near === undefined ? `use ${RUNNER_NAMES.join(', ')}` : `did you mean "${near}"?`;
  throw new UsageError(
    `There is no runner "${name}"; ${hint.replace(/\.?$/, hint.endsWith('?') ? '' : '.')}`,
  );
}
