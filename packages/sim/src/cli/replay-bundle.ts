import { shownPath } from '../result/shown-path.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES_FOLDER } from '../bundle/frozen-scenario.ts';
import { BUNDLE_FILES, readManifest, type Manifest } from '../bundle/manifest.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import { scenarioDigest } from '../plan/scenario-digest.ts';
import { safe } from '../report/screen-text.ts';
import type { Result } from '../result/result.ts';
import { showFigure } from '../result/show-figure.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { carryOut } from './carry-out.ts';
import { environment } from './environment.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { ensureFeasible } from './feasible.ts';
import { interruptible } from './interrupt.ts';
import { report, say, sayError } from './outputs.ts';
import { findRunner } from './runners.ts';
import { UsageError } from './usage-error.ts';

/** What a bundle says of itself; throws a `UsageError` when it is none. */
export function openBundle(folder: string): Manifest {
  const manifest = readManifest(folder);
  if (manifest !== null) return manifest;
  throw new UsageError(
    `${folder} is a folder without a bundle.json that this version can read; name a trace, or a folder that sim run --bundle wrote.`,
  );
}

/**
 * Carries the run of a bundle out once more and says whether it went the same way. Returns the exit code of its
 * verdict; 3 when it went another way in the virtual world, or was judged otherwise then. Throws a `UsageError`.
 */
export async function replayBundle(folder: string, color: boolean): Promise<number> {
  const manifest = openBundle(folder);
  const plan = planOf(folder, manifest);
  const runner = findRunner(manifest.runner);
  const code = await ensureFeasible([plan.scenario], [runner]);
  if (code !== null) return code;
  sayVersions(manifest);
  const interrupt = interruptible();
  const watched = { color };
  const startMs = performance.now();
  const { result } = await carryOut(plan, runner, watched, interrupt.signal, startMs);
  interrupt.dispose();
  report(result, { color }, shownPath(folder));
  if (interrupt.signal.aborted) return EXIT.interrupted;
  return compare(manifest, result);
}

function planOf(folder: string, manifest: Manifest): Plan {
  ensureImages(folder, manifest);
  const scenario = loadScenario(join(folder, BUNDLE_FILES.scenario));
  const plan = makePlan(withPrograms(scenario, manifest.programs), manifest.seed);
  if (scenarioDigest(plan.scenario, plan.images) === manifest.scenarioDigest) return plan;
  throw new UsageError(
    `${folder}: the scenario or its pictures are not those of the run; this version may read them otherwise, or they were changed.`,
  );
}

function ensureImages(folder: string, { imagesLeft }: Manifest): void {
  const images = join(folder, IMAGES_FOLDER);
  if (imagesLeft === null || existsSync(images)) return;
  const bytes = showFigure('bytes', imagesLeft.bytes);
  throw new UsageError(
    `The pictures of the run (${bytes}) are not in the bundle: copy those of ${imagesLeft.folder} to ${images}.`,
  );
}

/** Other programs are still where they were. */
function withPrograms(scenario: Scenario, programs: Manifest['programs']): Scenario {
  const groups = scenario.groups.map((group) => {
    const file = programs[group.name];
    return file === undefined ? group : { ...group, file };
  });
  return { ...scenario, groups };
}

function sayVersions({ environment: then }: Manifest): void {
  const differs = (['imagemesh', 'node'] as const).filter((key) => then[key] !== environment[key]);
  if (differs.length === 0) return;
  const words = ({ imagemesh, node }: Result['environment']): string =>
    `imagemesh ${imagemesh} on Node ${node}`;
  const sentence = `The run was of ${safe(words(then))}, this is ${words(environment)}`;
  sayError(`${sentence}: it may go another way.`);
}

function compare({ traceHash, ...then }: Manifest, { verdict, virtual }: Result): number {
  const code = exitCodeOf(verdict);
  if (traceHash === null) return code;
  if (virtual?.traceHash === traceHash) {
    say(`The same run, event for event: trace hash ${traceHash}`);
    if (verdict === then.verdict) return code;
    sayError(
      `sim: it was judged otherwise then (${safe(then.verdict)}): what the scenario expects has been changed, or how this version judges.`,
    );
    return EXIT.error;
  }
  const now = virtual?.traceHash ?? 'none';
  sayError(
    `sim: this is not the same run: its trace hash is ${now}, that of the bundle ${traceHash}.`,
  );
  return EXIT.error;
}
