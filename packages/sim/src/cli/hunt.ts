import { huntFaults, type Hunted } from '../explore/planted/hunt.ts';
import type { PlantedFault } from '../mutate/planted-fault.ts';
import { renderHunt } from '../report/hunt-table.ts';
import { environment } from './environment.ts';
import { EXIT } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { keepJson, say, screenWidth } from './outputs.ts';
import { ProgressLine } from './progress-line.ts';

/** Every fault is hunted from the same seed. */
const FIRST_SEED = 1;

/** How long what finds a fault is made smaller, in milliseconds. */
const SHRINK_MS = 20_000;

/** How `sim mutate --explore` hunts. */
export interface HuntCommandOptions {
  /** For each fault. */
  readonly exploreMs: number;
  readonly json: string | undefined;
  readonly color: boolean;
}

/** Explores with each fault in the peer, and says what found it. Returns the exit code. */
export async function huntCommand(
  faults: readonly PlantedFault[],
  { exploreMs, json, color }: HuntCommandOptions,
): Promise<number> {
  const interrupt = interruptible();
  const { signal } = interrupt;
  const line = new ProgressLine(false);
  let done = 0;
  const hunted = await huntFaults(faults, {
    firstSeed: FIRST_SEED,
    exploreMs,
    shrinkMs: SHRINK_MS,
    environment,
    signal,
    onHunted: () => line.draw(() => `${++done} of ${faults.length} planted faults`),
  });
  interrupt.dispose();
  line.clear();
  if (hunted.length > 0) report(hunted, color);
  const found = hunted.filter((one) => one.found !== null).length;
  const ended = signal.aborted ? 'ERROR interrupted; ' : '';
  say(
    `${ended}${found} of ${hunted.length} planted faults are found by exploring${medians(hunted)}`,
  );
  const isKept = await keepJson(huntJson(hunted), json);
  if (signal.aborted) return EXIT.interrupted;
  if (!isKept) return EXIT.error;
  return hunted.every(isAsExpected) ? EXIT.pass : EXIT.fail;
}

function isAsExpected({ found, fault }: Hunted): boolean {
  return found !== null || fault.unexplored !== undefined;
}

function report(hunted: readonly Hunted[], color: boolean): void {
  const rows = hunted.map(({ fault, runs, seconds, found }) => ({
    fault: fault.name,
    runs,
    seconds,
    found: found && { ...found, ...found.size },
  }));
  console.log(`${renderHunt(rows, { color, width: screenWidth() })}\n`);
  for (const { fault, found } of hunted) {
    if (found === null) say(`missed  ${fault.name}: ${fault.unexplored ?? fault.description}`);
  }
}

function medians(hunted: readonly Hunted[]): string {
  const found = hunted.flatMap((one) => one.found ?? []);
  if (found.length === 0) return '';
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
  const { peers, faults, requests } = {
    peers: median(found.map(({ size }) => size.peers)),
    faults: median(found.map(({ size }) => size.faults)),
    requests: median(found.map(({ size }) => size.requests)),
  };
  const seconds = median(found.map((one) => one.shrinkSeconds)).toFixed(1);
  return `; at the median ${peers} peers, ${faults} faults and ${requests} requests are left, after ${seconds} s`;
}

/** What `--json` writes; docs/planted-faults.md has its shape. */
function huntJson(hunted: readonly Hunted[]): object {
  return {
    version: 1,
    faults: hunted.map(({ fault, ...rest }) => ({ name: fault.name, ...rest })),
    environment,
  };
}
