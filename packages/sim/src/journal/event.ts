import type { AttemptOutcome, FetchOutcome, MessageCounts } from '@imagemesh/peer';

/**
 * What happened in a run, one event at a time. Every runner writes these and nothing else; checks,
 * figures and reports are made of them and of the plan. Times are whole microseconds from the start of
 * the first phase, on the clock of the run. Peers, phases and images are numbers in the plan; image
 * −1 − n is the n-th name that nobody has.
 */
export type JournalEvent =
  | PeerUp
  | PeerDown
  | PhaseStart
  | PhaseEnd
  | KnowledgeChange
  | RequestDue
  | RequestDone
  | PeerCounts
  | HarnessSample;

/** A peer is up and listens. */
export interface PeerUp {
  readonly kind: 'peer-up';
  readonly atUs: number;
  readonly peer: number;
  readonly address: string;
}

/** A peer has ended. */
export interface PeerDown {
  readonly kind: 'peer-down';
  readonly atUs: number;
  readonly peer: number;
  /** False: it crashed, or somebody else ended it. */
  readonly isPlanned: boolean;
  /** One sentence for people. */
  readonly how: string;
}

export interface PhaseStart {
  readonly kind: 'phase-start';
  readonly atUs: number;
  readonly phase: number;
}

export interface PhaseEnd {
  readonly kind: 'phase-end';
  readonly atUs: number;
  readonly phase: number;
  /** False: its `until` did not come to hold in time, or the run was cut. */
  readonly isComplete: boolean;
}

/** A peer has reached another, or has lost one that it had reached. */
export interface KnowledgeChange {
  readonly kind: 'reached' | 'lost';
  readonly atUs: number;
  readonly peer: number;
  readonly other: number;
}

/** A request is due; `atUs` is the moment it was due, not the one at which it was made. */
export interface RequestDue {
  readonly kind: 'due';
  readonly atUs: number;
  /** Numbered from 0 through the run. */
  readonly request: number;
  readonly phase: number;
  readonly peer: number;
  readonly image: number;
}

/** A request has come to its end. */
export interface RequestDone {
  readonly kind: 'done';
  readonly atUs: number;
  readonly request: number;
  readonly outcome: FetchOutcome;
  /** The peer that the image came from; −1 for none or unknown. */
  readonly from: number;
  readonly sizeBytes: number;
  /** Of the bytes that were saved; empty for none. */
  readonly sha256: string;
  /** Whom the peer asked and what each answered; empty where a program does not tell. */
  readonly attempts: readonly { readonly peer: number; readonly outcome: AttemptOutcome }[];
}

/** What a peer counted until now. */
export interface PeerCounts {
  readonly kind: 'counts';
  readonly atUs: number;
  readonly peer: number;
  readonly counts: MessageCounts;
}

/** How the lab itself is doing. */
export interface HarnessSample {
  readonly kind: 'harness';
  readonly atUs: number;
  /** How late the lab's own clock rang, at worst, since the last sample. */
  readonly lagUs: number;
  /** Resident memory of the lab and of the peers that are processes of their own. */
  readonly rssBytes: number;
}
