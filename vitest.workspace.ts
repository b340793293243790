import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * One test project per package. vitest no longer looks for a file of this name by itself, so it is
 * given with `--config` (see scripts/launch.mjs).
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
        },
      },
      {
        test: {
          name: 'sim',
          root: 'packages/sim',
          include: ['test/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'repository',
          root: 'scripts',
          include: ['test/**/*.test.ts'],
          testTimeout: 300_000,
        },
      },
    ],
  },
});

export default config;
