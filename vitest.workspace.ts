import { availableParallelism } from 'node:os';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * Many tests wait for processes and sockets, so there is one worker more than there are cores; vitest would leave one
 * core to itself, which is half of a small machine. What is timed runs alone, later.
 */
const WORKERS = availableParallelism() + 1;

// Without isolation a worker loads the sources once, not for each file, which is a fifth of the processor time. So
// no test may replace a module (`vi.mock`), and what it changes of the process it puts back.

/** Tests that run scenarios in containers. */
const CONTAINER_TESTS = ['test/scenarios/on-{docker,swarm}.test.ts'];

/**
 * One test project per package, and one for all that is timed on real sockets. vitest no longer looks
 * for a file of this name by itself, so it is given with `--config` (see scripts/launch.mjs).
 */
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'peer',
          root: 'packages/peer',
          include: ['test/**/*.test.ts'],
          testTimeout: 30_000,
          isolate: false,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'sim',
          root: 'packages/sim',
          include: ['test/**/*.test.ts'],
          exclude: ['test/scenarios/**'],
          testTimeout: 60_000,
          isolate: false,
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'repository',
          root: 'scripts',
          include: ['test/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // What it starts is timed, too.
          maxWorkers: 1,
          // Last, for it installs and runs the project once more.
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'containers',
          root: 'packages/sim',
          include: CONTAINER_TESTS,
          testTimeout: 120_000,
          // One engine and three hosts at once: most of the time they wait for containers.
          sequence: { groupOrder: 1 },
          maxWorkers: WORKERS,
        },
      },
      {
        test: {
          name: 'scenarios',
          root: 'packages/sim',
          include: ['test/scenarios/**/*.test.ts'],
          exclude: CONTAINER_TESTS,
          testTimeout: 120_000,
          // After all others and one file at a time: what is measured here are the peers, not the tests.
          sequence: { groupOrder: 2 },
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
