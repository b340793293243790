import type { PlannedFault } from '../src/plan/faults.ts';
import type { Plan, PlannedImage, PlannedPeer } from '../src/plan/plan.ts';
import type { Expectation, Phase, Requests, Scenario } from '../src/scenario/scenario.ts';
import { parseExpectation } from '../src/scenario/expectation.ts';
import type { Subjects } from '../src/scenario/figure-ref.ts';

/** A phase that asks for nothing and lasts a second, but for what is given. */
export function phaseOf(part: Partial<Phase> = {}): Phase {
  return {
    name: 'steady',
    until: null,
    withinUs: 0,
    forUs: part.until ? 0 : 1_000_000,
    requests: [],
    measured: true,
    ...part,
  };
}

/** An open loop at a constant ten a second, but for what is given. */
export function requestsOf(part: Partial<Requests> = {}): Requests {
  return {
    load: { kind: 'rate', perSecond: 10, arrivals: 'constant' },
    popularity: { kind: 'uniform' },
    missing: 0,
    from: null,
    ...part,
  };
}

/** Three peers of ours in a ring and one phase, but for what is given. */
export function scenarioOf(part: Partial<Scenario> = {}): Scenario {
  return {
    name: 'test',
    description: '',
    file: '/nowhere/scenarios/test.yaml',
    seed: 1,
    timeoutUs: 60_000_000,
    groups: [{ name: 'peer', count: 3, run: null, behavior: null, known: null }],
    topology: { kind: 'ring' },
    images: {
      from: '/nowhere/images',
      generate: null,
      copies: { count: 1 },
      owners: null,
      differing: null,
      place: null,
    },
    network: {
      latencyUs: 0,
      jitterUs: 0,
      bandwidthBytesPerSecond: 0,
      loss: 0,
      segments: 'natural',
    },
    phases: [phaseOf()],
    faults: [],
    expect: [],
    ...part,
  };
}

/** What a plan is made of when it needs no files. */
export interface PlanParts {
  readonly scenario?: Partial<Scenario>;
  readonly seed?: number;
  readonly peers?: readonly Partial<PlannedPeer>[];
  readonly images?: readonly Partial<PlannedImage>[];
  readonly faults?: readonly PlannedFault[];
}

/** A plan without files: three peers that know one another, and image-0, image-1, … as given. */
export function planOf({
  scenario,
  seed = 1,
  peers = [{}, {}, {}],
  images = [],
  faults = [],
}: PlanParts): Plan {
  return {
    scenario: scenarioOf(scenario),
    seed,
    faults,
    peers: peers.map((peer, number) => ({
      name: `peer-${number + 1}`,
      group: 0,
      run: null,
      behavior: null,
      known: 64,
      starts: peers.flatMap((_, other) => (other === number ? [] : [other])),
      images: images.flatMap((image, i) => (image.owners?.includes(number) ? [i] : [])),
      ...peer,
    })),
    images: images.map((image, number) => ({
      name: `image-${number}.png`,
      source: { path: `/nowhere/images/image-${number}.png` },
      sizeBytes: 1_000,
      sha256: String(number).repeat(64).slice(0, 64),
      owners: [],
      others: [],
      ...image,
    })),
  };
}

/** The lines of an `expect` section. */
export function expectationsOf(
  lines: readonly string[],
  phases: readonly string[],
  groups: Subjects['groups'] = [{ name: 'peer', count: 3 }],
): Expectation[] {
  return lines.map((text, index) => {
    const parsed = parseExpectation(text, { phases, groups });
    if ('problem' in parsed) throw new Error(`${text}: ${parsed.problem}`);
    return { ...parsed.expectation, line: index + 1, column: 5 };
  });
}
