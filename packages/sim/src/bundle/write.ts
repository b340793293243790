import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { planOverview } from '../plan/overview.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import { scenarioDigest } from '../plan/scenario-digest.ts';
import { jsonPieces } from '../report/json.ts';
import { planJson } from '../report/plan-json.ts';
import type { Result } from '../result/result.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { freezeScenario } from './frozen-scenario.ts';
import { imagesManifest, takeImages } from './images.ts';
import { BUNDLE_FILES, MANIFEST_FILE, type Manifest } from './manifest.ts';
import type { PeerLogs } from './peer-logs.ts';
import { bundleReadme } from './readme.ts';

/**
 * Writes all of a bundle that is not recorded while a run goes on into a folder that has that already.
 * Throws the system's error, or one sentence when the scenario would not be the same.
 */
export function writeBundle(folder: string, plan: Plan, result: Result, logs: PeerLogs): void {
  takeScenario(folder, plan);
  const imagesLeft = takeImages(plan, folder);
  if (imagesLeft === null) ensureSame(folder, plan, result);
  writePieces(join(folder, BUNDLE_FILES.images), imagesManifest(plan));
  writePieces(join(folder, BUNDLE_FILES.plan), planJson(plan, planOverview(plan), []));
  if (logs.count > 0) {
    mkdirSync(join(folder, 'logs'));
    logs.write(join(folder, 'logs'));
  }
  const { scenario, runner, seed, verdict, virtual, environment } = result;
  const manifest: Manifest = {
    bundle: 1,
    ...{ scenario, runner, seed, scenarioDigest: result.scenarioDigest },
    traceHash: virtual?.traceHash ?? null,
    ...{ verdict, imagesLeft, environment },
    programs: programsOf(plan.scenario),
  };
  const files = readdirSync(folder).sort();
  writeFileSync(join(folder, BUNDLE_FILES.readme), bundleReadme(result, manifest, files));
  writePieces(join(folder, MANIFEST_FILE), manifest);
}

function programsOf({ file, groups }: Scenario): Manifest['programs'] {
  const running = groups.filter(({ run }) => run !== null);
  return Object.fromEntries(running.map((group) => [group.name, group.file ?? file]));
}

function takeScenario(folder: string, { scenario }: Plan): void {
  const { text, traces, sources } = freezeScenario(scenario);
  writeFileSync(join(folder, BUNDLE_FILES.scenario), text);
  for (const { from, name } of traces) copyFileSync(from, join(folder, name));
  mkdirSync(join(folder, 'original'));
  for (const [index, file] of sources.entries()) {
    // Bases in other folders may have the same name.
    copyFileSync(file, join(folder, 'original', `${index + 1}-${basename(file)}`));
  }
}

/** A file may have been changed while the run went on; then nothing here would be worth anything. */
function ensureSame(folder: string, { seed }: Plan, { scenarioDigest: wanted }: Result): void {
  const again = makePlan(loadScenario(join(folder, BUNDLE_FILES.scenario)), seed);
  if (scenarioDigest(again.scenario, again.images) === wanted) return;
  throw new Error('the scenario or its pictures have changed since the run began');
}

function writePieces(file: string, value: object): void {
  writeFileSync(file, [...jsonPieces(value)].join(''));
}
