/** What reports cost the run that they tell of. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Benchmark, Group } from './benchmark.ts';
import { inTurn, ratios } from './rounds.ts';
import { ROOT, type Workbench } from './workbench.ts';

const SIM = join(ROOT, 'packages/sim/src/cli/main.ts');

/** Exit codes of `sim run` with a result: all well, an expectation missed, the lab measured itself. */
const RUN_CODES = [0, 1, 4];

const FORMATS = ['json', 'junit', 'markdown', 'csv', 'openmetrics', 'html'] as const;

const files: Benchmark = {
  name: 'files',
  about: 'sim run with a report of every kind, and without any, from start to exit',
  async measure(bench) {
    const folder = await bench.folder();
    const reports = FORMATS.flatMap((format) => [`--${format}`, join(folder, `report.${format}`)]);
    const longer = await virtualScenario(bench);
    const run = (file: string, runner: string, ...more: string[]) => {
      const args = [SIM, 'run', file, '--runner', runner, '--quiet', ...more];
      return () => bench.time(args, RUN_CODES);
    };
    const mesh = join(ROOT, 'scenarios/mesh-10.yaml');
    const sides = await inTurn({
      plain: run(mesh, 'loopback'),
      reported: run(mesh, 'loopback', ...reports),
      plainVirtual: run(longer, 'virtual'),
      reportedVirtual: run(longer, 'virtual', ...reports),
    });
    const target = { bound: 'at most', value: 1.05, judged: 'median' } as const;
    return {
      rows: [
        { what: 'mesh-10 on loopback', unit: 's', values: sides.plain },
        {
          what: 'with six reports / without',
          unit: 'x',
          values: ratios(sides.reported, sides.plain),
          target,
        },
        { what: '1,000 virtual peers', unit: 's', values: sides.plainVirtual },
        {
          what: 'with six reports / without',
          unit: 'x',
          values: ratios(sides.reportedVirtual, sides.plainVirtual),
          target,
        },
      ],
      notes: ['A run of a second pays more: loading the formats and drawing the page take 0.2 s.'],
    };
  },
};

/** Some seconds of work, and 60,000 requests for the page. */
async function virtualScenario(bench: Workbench): Promise<string> {
  const file = join(await bench.folder(), 'reported.yaml');
  await writeFile(
    file,
    `name: reported
seed: 1
timeout: 10m
peers: { count: 1000, known: 16 }
topology: { kind: random, degree: 8 }
images: { generate: { count: 20, size: 10KiB }, copies: 25% }
network: { latency: 20ms, jitter: 10ms }
phases:
  - { name: discover, until: { known: 15 }, within: 60s }
  - { name: ask, for: 30s, requests: { rate: 2000/s } }
expect: [requests.wrong == 0]
`,
  );
  return file;
}

/** Reports. */
export const reports: Group = { name: 'reports', benchmarks: [files] };
