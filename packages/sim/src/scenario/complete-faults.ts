import { dirname, resolve } from 'node:path';
import { DEFAULT_GROUP } from './check-peers.ts';
import { readChurnTrace } from './churn-trace.ts';
import { completeDistribution } from './complete-distribution.ts';
import type { Located } from './extends.ts';
import { parseFaultTime } from './fault-time.ts';
import type { NamedCount } from './peer-names.ts';
import type {
  ChurnPattern,
  ChurnSession,
  DiskRule,
  Fault,
  FaultAction,
  LinkRule,
  Targets,
} from './scenario.ts';
import type {
  ChurnSection,
  DiskSection,
  FaultSection,
  LinkSection,
  ScenarioFile,
  TargetsSection,
} from './scenario-file.ts';
import { parseTarget } from './targets.ts';
import { formatQuantity, type Reading } from './units.ts';

/** A kind of fault, as the key that names it. */
export type FaultKind = FaultAction['kind'];

/** All kinds of fault. */
export const FAULT_KINDS: readonly FaultKind[] = [
  'kill',
  'stop',
  'pause',
  'vanish',
  'partition',
  'link',
  'disk',
  'churn',
  'clock',
];

/** The faults of a file that has been checked. */
export function completeFaults(source: Located, written: ScenarioFile): Fault[] {
  const phases = written.phases.map((phase) => phase.name);
  const groups = groupsOf(written);
  return written.faults.map((fault, index) => {
    const folder = dirname(source.fileOf(['faults', index, 'churn', 'trace']));
    const action = completeAction(fault, groups, folder);
    return {
      ...checked(parseFaultTime(fault.at, phases)),
      forUs: fault.for ?? null,
      action,
      text: describeFault(fault, action),
      line: source.locate({ path: ['faults', index], message: '' }).line,
    };
  });
}

function groupsOf({ peers }: ScenarioFile): readonly NamedCount[] {
  return peers.groups ?? [{ name: DEFAULT_GROUP, count: peers.count ?? 0 }];
}

function completeAction(
  fault: FaultSection,
  groups: readonly NamedCount[],
  folder: string,
): FaultAction {
  const read = (section: TargetsSection): Targets => readTargets(section, groups);
  const keepsFiles = fault.files === 'keep';
  const restartUs = fault.restart ?? null;
  if (fault.kill !== undefined) {
    return { kind: 'kill', targets: read(fault.kill), restartUs, keepsFiles };
  }
  if (fault.stop !== undefined) {
    return { kind: 'stop', targets: read(fault.stop), restartUs, keepsFiles };
  }
  if (fault.pause !== undefined) return { kind: 'pause', targets: read(fault.pause) };
  if (fault.vanish !== undefined) return { kind: 'vanish', targets: read(fault.vanish) };
  if (fault.partition !== undefined) return { kind: 'partition', parts: fault.partition.map(read) };
  if (fault.disk !== undefined) {
    return { kind: 'disk', targets: read(fault.disk.of), rule: completeDisk(fault.disk) };
  }
  if (fault.churn !== undefined) {
    const { of, files } = fault.churn;
    const pattern = completeChurn(fault.churn, folder);
    return { kind: 'churn', targets: read(of), pattern, keepsFiles: files === 'keep' };
  }
  if (fault.clock !== undefined) {
    return { kind: 'clock', targets: read(fault.clock.of), jumpUs: fault.clock.jump };
  }
  const link = fault.link!;
  return { kind: 'link', from: read(link.from), to: read(link.to), rule: completeLink(link) };
}

function completeChurn(
  { sessions, leaves, absences, trace }: ChurnSection,
  folder: string,
): ChurnPattern {
  if (trace !== undefined) {
    const reading = readChurnTrace(resolve(folder, trace));
    if (!reading.ok) throw new Error(`a trace has changed since it was checked: ${trace}`);
    return { kind: 'trace', nodes: reading.trace };
  }
  const away = completeDistribution(absences!);
  if (leaves !== undefined) return { kind: 'leaves', perSecond: leaves, absences: away };
  return { kind: 'sessions', sessions: completeDistribution(sessions!), absences: away };
}

function readTargets(section: TargetsSection, groups: readonly NamedCount[]): Targets {
  const items = typeof section === 'string' ? [section] : section;
  return items.map((text) => checked(parseTarget(text, groups)));
}

function completeLink(link: LinkSection): LinkRule {
  return {
    latencyUs: link.latency ?? 0,
    jitterUs: link.jitter ?? 0,
    bandwidthBytesPerSecond: link.bandwidth ?? 0,
    loss: link.loss ?? 0,
    corrupt: link.corrupt ?? 0,
    cut: link.cut ?? null,
    isReset: link.reset ?? false,
    isHalfOpen: link['half-open'] ?? false,
    limitBytes: link.limit ?? 0,
    slowCloseUs: link['slow-close'] ?? 0,
  };
}

function completeDisk({ slow, full, unreadable }: DiskSection): DiskRule {
  return { slowUs: slow ?? 0, isFull: full ?? false, isUnreadable: unreadable ?? false };
}

/** A fault in a few words: `kill peer-3, restart after 2s`, `link peer-2 to *: latency 300ms, loss 1%`. */
function describeFault(fault: FaultSection, action: FaultAction): string {
  for (const kind of ['kill', 'stop', 'pause', 'vanish'] as const) {
    if (fault[kind] !== undefined) return `${kind} ${words(fault[kind])}${restartWords(fault)}`;
  }
  if (fault.partition !== undefined) return `partition ${fault.partition.map(words).join(' | ')}`;
  if (action.kind === 'churn')
    return `churn of ${words(fault.churn!.of)}${churnWords(fault, action.pattern)}`;
  if (fault.clock !== undefined) {
    const { of, jump } = fault.clock;
    return `clock of ${words(of)}: jump ${formatQuantity('time', jump)}`;
  }
  if (fault.disk !== undefined) return `disk of ${words(fault.disk.of)}: ${diskWords(fault.disk)}`;
  const { from, to, ...rules } = fault.link!;
  return `link ${words(from)} to ${words(to)}: ${linkWords(rules)}`;
}

function restartWords({ restart, files }: FaultSection): string {
  if (restart === undefined) return '';
  const lost = files === 'lose' ? ' without its images' : '';
  return `, restart after ${formatQuantity('time', restart)}${lost}`;
}

function churnWords({ churn, for: forUs }: FaultSection, pattern: ChurnPattern): string {
  if (pattern.kind === 'leaves') return `: leaves ${formatQuantity('rate', pattern.perSecond)}`;
  if (pattern.kind !== 'trace') return '';
  return `: ${traceWords(pattern.nodes, forUs ?? Infinity)} (${churn!.trace})`;
}

/** How much comes of a trace while the fault lasts: `11 absences of 6 nodes in 19s`. */
function traceWords(nodes: readonly (readonly ChurnSession[])[], forUs: number): string {
  const absences = nodes.flatMap(absencesOf).filter((atUs) => atUs < forUs).length;
  const times = nodes.flat().flatMap(({ startUs, endUs }) => [startUs, endUs]);
  const lastUs = times.reduce((a, b) => (b < Infinity && b > a ? b : a), 0);
  // Whole seconds: to people a day is no 86399.25 s.
  const spanUs = Math.ceil(Math.min(lastUs, forUs) / 1e6) * 1e6;
  const span = formatQuantity('time', spanUs);
  return `${counted(absences, 'absence')} of ${counted(nodes.length, 'node')} in ${span}`;
}

/** When a node goes away, or was not there at the beginning. */
function absencesOf(sessions: readonly ChurnSession[]): number[] {
  const ends = sessions.map(({ endUs }) => endUs).filter((endUs) => endUs < Infinity);
  return sessions[0]!.startUs > 0 ? [0, ...ends] : ends;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function words(section: TargetsSection): string {
  return typeof section === 'string' ? section : section.join(', ');
}

function diskWords({ slow, full, unreadable }: DiskSection): string {
  const parts = [
    slow !== undefined && `slow ${formatQuantity('time', slow)}`,
    full && 'full',
    unreadable && 'unreadable',
  ];
  return parts.filter(Boolean).join(', ');
}

const LINK_UNITS = {
  latency: 'time',
  jitter: 'time',
  bandwidth: 'bytesPerSecond',
  loss: 'share',
  corrupt: 'share',
  limit: 'bytes',
  'slow-close': 'time',
} as const;

function linkWords(rules: Omit<LinkSection, 'from' | 'to'>): string {
  return Object.entries(rules)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      if (value === true) return key;
      const unit = LINK_UNITS[key as keyof typeof LINK_UNITS];
      return typeof value === 'number'
        ? `${key} ${formatQuantity(unit, value)}`
        : `${key} ${value}`;
    })
    .join(', ');
}

function checked<T>(reading: Reading<T>): T {
  // The checks come first and leave nothing that cannot be read.
  if (!reading.ok) throw new Error(`a fault was not checked: ${reading.problem}`);
  return reading.value;
}
