import { checkExpectations } from './check-expectations.ts';
import { checkFaults } from './check-faults.ts';
import { checkImages } from './check-images.ts';
import { checkNetwork } from './check-network.ts';
import { checkName, checkPeers, DEFAULT_GROUP } from './check-peers.ts';
import { checkPhases } from './check-phases.ts';
import { checkTopology } from './check-topology.ts';
import { completeExpectations } from './complete-expectations.ts';
import { completeFaults } from './complete-faults.ts';
import { completeImages } from './complete-images.ts';
import { completeNetwork } from './complete-network.ts';
import { completeRequests } from './complete-requests.ts';
import { completeTopology } from './complete-topology.ts';
import { Draft } from './draft.ts';
import { LayeredSource, type Located } from './extends.ts';
import { ScenarioError, type Problem } from './located-error.ts';
import type { PeerGroup, Phase, Scenario } from './scenario.ts';
import type { PhaseSection, ScenarioFile } from './scenario-file.ts';
import { Cell, readMatrix, type CellSource } from './matrix.ts';
import { locateInCells } from './matrix-problems.ts';

/**
 * Reads a scenario file and checks all of it, the images folder included. Of a file with a `matrix` it is
 * the first cell.
 * @throws {ScenarioError} with every mistake of the file, of all cells
 */
export function loadScenario(file: string): Scenario {
  return loadCells(file)[0]!;
}

/**
 * The same for each combination of the values in `matrix`; one scenario for a file without it.
 * @throws {ScenarioError} with every mistake of the file, of all cells
 */
export function loadCells(file: string): readonly Scenario[] {
  const source = new LayeredSource(file);
  const { cells, findings } = readMatrix(source);
  const drafts = cells.map((cell) => new Draft(cell, cell.value));
  for (const draft of drafts) checkDraft(draft);
  const problems = inOrder(source, [
    ...source.problems,
    ...findings.map((each) => source.locate(each)),
    ...locateInCells(
      cells,
      drafts.map((draft) => draft.findings),
    ),
  ]);
  if (problems.length > 0) throw new ScenarioError(source.file, problems);
  // No finding means no hole.
  return cells.map((cell, index) => complete(cell, drafts[index]!.value as ScenarioFile));
}

/**
 * The same for a scenario that is in no file: `value` is what YAML would parse to. Relative paths start at the
 * folder of `file`, which need not be there. A `matrix` and `extends` are not looked at.
 * @throws {ScenarioError} with every mistake, all in line 1
 */
export function scenarioOf(value: unknown, file: string): Scenario {
  const source: CellSource = {
    file,
    value,
    fileOf: () => file,
    locate: ({ path, message }) => ({
      line: 1,
      column: 1,
      message: path.length === 0 ? message : `${path.join('.')}: ${message}`,
      sourceLine: '',
    }),
  };
  const cell = new Cell(source, [], 1, 1);
  const draft = new Draft(cell, value);
  checkDraft(draft);
  const problems = draft.findings.map((each) => cell.locate(each));
  if (problems.length > 0) throw new ScenarioError(file, problems);
  return complete(cell, draft.value as ScenarioFile);
}

/** Every mistake of a scenario file, in its order; none when it can be loaded. */
export function checkScenario(file: string): readonly Problem[] {
  try {
    loadCells(file);
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
}

function checkDraft(draft: Draft): void {
  if (draft.value.name !== undefined) checkName(draft, ['name'], draft.value.name);
  const peers = checkPeers(draft);
  checkTopology(draft, peers);
  checkImages(draft, peers);
  checkNetwork(draft, peers);
  checkPhases(draft, peers);
  checkFaults(draft, peers);
  checkExpectations(draft, peers);
}

/** Sorted, and each once: a part that an alias repeats has its mistakes in one place only. */
function inOrder({ file, files }: LayeredSource, problems: readonly Problem[]): Problem[] {
  const unique = new Map(
    problems.map((each) => [`${each.file}:${each.line}:${each.column}:${each.message}`, each]),
  );
  const rank = (problem: Problem): number => {
    const place = files.indexOf(problem.file ?? file);
    // What a scenario names, such as a trace, comes after it.
    return place < 0 ? files.length : place;
  };
  return [...unique.values()].sort(
    (a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column,
  );
}

function complete(source: Cell, written: ScenarioFile): Scenario {
  const groups = completeGroups(source, written);
  return {
    name: source.told === undefined ? written.name : `${written.name} ${source.label}`,
    description: written.description.trim(),
    file: source.file,
    seed: written.seed,
    timeoutUs: written.timeout,
    groups,
    topology: completeTopology(written.topology, groups),
    images: completeImages(source.fileOf(['images', 'from']), written.images, groups),
    network: completeNetwork(written.network, groups),
    phases: written.phases.map(completePhase),
    faults: completeFaults(source, written),
    expect: completeExpectations(source, written, groups),
    ...(source.told !== undefined && { cell: source.told }),
  };
}

function completeGroups(source: Located, { peers }: ScenarioFile): PeerGroup[] {
  const known = peers.known ?? null;
  if (peers.groups === undefined) {
    return [{ name: DEFAULT_GROUP, count: peers.count ?? 0, run: null, behavior: null, known }];
  }
  return peers.groups.map((group, index) => {
    const run = group.run ?? null;
    const behavior = group.behavior ?? null;
    const file = source.fileOf(['peers', 'groups', index, 'run']);
    return {
      name: group.name,
      count: group.count,
      run,
      behavior,
      known: run === null && behavior === null ? (group.known ?? known) : null,
      ...(group.image !== undefined && { image: group.image }),
      ...(run !== null && file !== source.file && { file }),
    };
  });
}

function completePhase(phase: PhaseSection): Phase {
  const { until } = phase;
  const condition =
    until === undefined ? null : { known: until === 'discovered' ? ('all' as const) : until.known };
  return {
    name: phase.name,
    until: condition,
    withinUs: condition === null ? 0 : phase.within,
    forUs: phase.for ?? 0,
    requests: completeRequests(phase.requests),
    measured: phase.measured,
  };
}
