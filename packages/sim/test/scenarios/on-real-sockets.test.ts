import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/result/result.ts';
import { loopback } from '../../src/runner/loopback.ts';
import { processes } from '../../src/runner/process.ts';
import type { Runner } from '../../src/runner/runner.ts';
import { loadCells } from '../../src/scenario/load.ts';
import { plainName } from '../../src/scenario/matrix.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const FOLDER = join(import.meta.dirname, '../../../../scenarios');

/** More real peers than this are for the virtual runner. */
const MOST_PEERS = 50;

/** The processes show what differs there; what takes long is shown on loopback. */
const LONGEST_US: Readonly<Record<string, number>> = { loopback: 30_000_000, process: 12_000_000 };

const folder = temporaryFolder();

const hasPython = spawnSync('python3', ['--version']).status === 0;

const scenarios = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .sort()
  .flatMap((name) => loadCells(join(FOLDER, name)));

describe.each([loopback, processes])('on $name', (runner) => {
  for (const scenario of scenarios) {
    const reason = reasonToSkip(scenario, runner);
    const name = `${scenario.name} passes on ${runner.name}`;
    if (reason !== null) console.warn(`Skipped: ${name} (${reason})`);
    // Several at once: most of the time they wait, and how fast they are is not judged here.
    test(
      reason === null ? name : `${name} (skipped: ${reason})`,
      { concurrent: true, skip: reason !== null },
      async () => {
        const { file, cell } = scenario;
        const json = join(
          folder,
          `${plainName(scenario)}-${cell?.number ?? 1}-${runner.name}.json`,
        );
        const ofCell = cell === undefined ? [] : ['--cell', String(cell.number)];
        const args = ['run', file, ...ofCell, '--runner', runner.name, '--json', json];
        const { stdout, stderr } = await sim(args);
        const result = JSON.parse(await readFile(json, 'utf8')) as Result;
        expect(failures(result), `${stdout}\n${stderr}`).toEqual([]);
      },
    );
  }
});

/**
 * What has failed but for times and rates: those belong to the machine and to what else runs on it, and
 * are measured by `npm run bench`.
 */
function failures({ expectations, reasons, harness }: Result): string[] {
  const isPace = /^(.*\.)?(latency\.\w+|throughput|requests\.rate|time|discovery\.time) /;
  const slow = expectations.filter((one) => !one.holds && isPace.test(one.text));
  const isOfLab = (reason: string): boolean => harness.bounds.some(({ text }) => text === reason);
  return reasons.filter(
    (reason) => !isOfLab(reason) && !slow.some((one) => reason.startsWith(`expected ${one.text},`)),
  );
}

/** Why a scenario is not for real sockets here; null when it is. */
function reasonToSkip(scenario: Scenario, runner: Runner): string | null {
  const peers = scenario.groups.reduce((sum, group) => sum + group.count, 0);
  if (peers > MOST_PEERS) return `${peers} peers`;
  const lastsUs = scenario.phases.reduce((sum, phase) => sum + phase.forUs, 0);
  if (lastsUs > LONGEST_US[runner.name]!) return `its phases last ${lastsUs / 1e6} s`;
  const [refusal] = runner.refusals(scenario);
  if (refusal !== undefined) return refusal;
  const needsPython = scenario.groups.some((group) => group.run?.startsWith('python3 '));
  if (needsPython && !hasPython && process.env['REQUIRE_PYTHON'] !== '1') {
    return 'there is no python3; REQUIRE_PYTHON=1 makes this a failure';
  }
  return null;
}
