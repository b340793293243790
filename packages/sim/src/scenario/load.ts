import { dirname, resolve } from 'node:path';
import { checkImages } from './check-images.ts';
import { checkName, checkPeers, checkTopology, DEFAULT_GROUP } from './check-peers.ts';
import { checkExpectations, checkPhases } from './check-phases.ts';
import { Draft } from './draft.ts';
import { parseExpectation } from './expectation.ts';
import { ScenarioError, type Problem } from './located-error.ts';
import type {
  Expectation,
  Images,
  Network,
  PeerGroup,
  Phase,
  Requests,
  Scenario,
  Topology,
} from './scenario.ts';
import type { PhaseSection, RequestsSection, ScenarioFile } from './scenario-file.ts';
import { ScenarioSource } from './source.ts';

/**
 * Reads a scenario file and checks all of it, the images folder included.
 * @throws {ScenarioError} with every mistake of the file
 */
export function loadScenario(file: string): Scenario {
  const source = new ScenarioSource(file);
  const draft = new Draft(source.file, source.value);
  checkDraft(draft);
  const problems = inOrder([
    ...source.problems,
    ...draft.findings.map((each) => source.locate(each)),
  ]);
  if (problems.length > 0) throw new ScenarioError(source.file, problems);
  // No finding means no hole.
  return complete(source, draft.value as ScenarioFile);
}

/** Every mistake of a scenario file, in its order; none when it can be loaded. */
export function checkScenario(file: string): readonly Problem[] {
  try {
    loadScenario(file);
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
  checkPhases(draft, peers);
  checkExpectations(draft);
}

/** Sorted, and each once: a part that an alias repeats has its mistakes in one place only. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(
    problems.map((each) => [`${each.line}:${each.column}:${each.message}`, each]),
  );
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

function complete(source: ScenarioSource, written: ScenarioFile): Scenario {
  const groups = completeGroups(written);
  const peerCount = groups.reduce((sum, group) => sum + group.count, 0);
  return {
    name: written.name,
    description: written.description.trim(),
    file: source.file,
    seed: written.seed,
    timeoutUs: written.timeout,
    groups,
    topology: completeTopology(written),
    images: completeImages(source.file, written, peerCount),
    network: completeNetwork(written),
    phases: written.phases.map(completePhase),
    expect: written.expect.map((text, index) => completeExpectation(source, written, text, index)),
  };
}

function completeGroups({ peers }: ScenarioFile): PeerGroup[] {
  const known = peers.known ?? null;
  if (peers.groups === undefined) {
    return [{ name: DEFAULT_GROUP, count: peers.count ?? 0, run: null, known }];
  }
  return peers.groups.map((group) => {
    const run = group.run ?? null;
    return {
      name: group.name,
      count: group.count,
      run,
      known: run === null ? (group.known ?? known) : null,
    };
  });
}

function completeTopology({ topology }: ScenarioFile): Topology {
  if (topology.edges === undefined)
    return { kind: topology.kind ?? 'ring', degree: topology.degree ?? 0 };
  return {
    kind: 'edges',
    edges: topology.edges.map(([from = '', to = '']) => [from, to] as const),
  };
}

function completeImages(file: string, { images }: ScenarioFile, peerCount: number): Images {
  const from = resolve(dirname(file), images.from);
  if (images.place !== undefined)
    return { from, copies: null, place: new Map(Object.entries(images.place)) };
  // Only the default can be more than there are peers: a scenario of one peer need not say `copies: 1`.
  const copies =
    'count' in images.copies ? { count: Math.min(images.copies.count, peerCount) } : images.copies;
  return { from, copies, place: null };
}

function completeNetwork({ network }: ScenarioFile): Network {
  return {
    latencyUs: network.latency,
    jitterUs: network.jitter,
    bandwidthBytesPerSecond: network.bandwidth ?? 0,
    loss: network.loss,
    segments: network.segments,
  };
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
    requests: phase.requests === undefined ? null : completeRequests(phase.requests),
    measured: phase.measured,
  };
}

function completeRequests(requests: RequestsSection): Requests {
  const { rate, users, think, arrivals, popularity, missing, from } = requests;
  const groups = typeof from === 'string' ? [from] : from;
  return {
    load:
      rate === undefined
        ? { kind: 'users', users: users ?? 0, thinkUs: think }
        : { kind: 'rate', perSecond: rate, arrivals },
    popularity:
      popularity === 'uniform' ? { kind: 'uniform' } : { kind: 'zipf', exponent: popularity.zipf },
    missing,
    from: groups.includes('all') ? null : [...new Set(groups)],
  };
}

function completeExpectation(
  source: ScenarioSource,
  written: ScenarioFile,
  text: string,
  index: number,
): Expectation {
  const parsed = parseExpectation(
    text,
    written.phases.map((phase) => phase.name),
  );
  if ('problem' in parsed) throw new Error(`an expectation was not checked: ${text}`);
  const { line, column } = source.locate({ path: ['expect', index], message: '' });
  return { ...parsed.expectation, line, column };
}
