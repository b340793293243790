import type { AttemptOutcome, CloseCause, FetchOutcome, MessageCounts } from '@imagemesh/peer';

/**
 * What happened in a run, one event at a time. Every runner writes these and nothing else; checks,
 * figures and reports are made of them and of the plan. Times are whole microseconds from the start of
 * the first phase, on the clock of the run. Peers, phases and images are numbers in the plan; image
 * −1 − n is the n-th name that nobody has.
 */
export type JournalEvent =
  | PeerUp
  | PeerDown
  | PeerPaused
  | FaultChange
  | PhaseStart
  | PhaseEnd
  | KnowledgeChange
  | RequestDue
  | RequestDone
  | PeerCounts
  | HarnessSample
  | LeftBehind
  | AllEnded
  | WireEvent;

/**
 * What happened on the simulated wire; only the virtual runner knows that, and only writes it for
 * `--trace`. Connections are numbered in the order in which they were dialled.
 */
export type WireEvent = WireDial | WireOpen | WireBytes | WireClose | WireAlarm;

/** A peer dials another; `to` is −1 when nobody lives at that address. */
export interface WireDial {
  readonly kind: 'dial';
  readonly atUs: number;
  readonly connection: number;
  readonly peer: number;
  readonly to: number;
}

/** The handshake is over, as the peer that dialled sees it. */
export interface WireOpen {
  readonly kind: 'open';
  readonly atUs: number;
  readonly connection: number;
}

/** From where to where of image `image`; of the first version where none is named. */
export interface ImagePart {
  readonly image: number;
  readonly version?: number;
  readonly start: number;
  readonly end: number;
}

/** A piece of a stream has arrived. */
export interface WireBytes {
  readonly kind: 'bytes';
  readonly atUs: number;
  readonly sentUs: number;
  readonly connection: number;
  /** Whom it has reached, and so who sent it. */
  readonly peer: number;
  readonly from: number;
  /** Bytes of the stream in this piece. */
  readonly length: number;
  /** Bytes that are not of an image, in base64; they come first in the piece. */
  readonly bytes: string;
  /** The part of an image that follows them; null for none. */
  readonly image: ImagePart | null;
  /** Whether the sender's side ends here. */
  readonly isLast: boolean;
}

/** One end of a connection has closed, with its cause. */
export interface WireClose {
  readonly kind: 'close';
  readonly atUs: number;
  readonly connection: number;
  readonly peer: number;
  readonly cause: CloseCause;
}

/** A peer's alarm has rung. */
export interface WireAlarm {
  readonly kind: 'alarm';
  readonly atUs: number;
  readonly peer: number;
}

/** A peer is up and listens; for the first time, or again. */
export interface PeerUp {
  readonly kind: 'peer-up';
  readonly atUs: number;
  readonly peer: number;
  readonly address: string;
  /** False: it has come back without the images that it had. */
  readonly hasFiles: boolean;
}

/** A peer stands still, or goes on. */
export interface PeerPaused {
  readonly kind: 'peer-paused' | 'peer-resumed';
  readonly atUs: number;
  readonly peer: number;
}

/** A fault of the plan begins, or is over. */
export interface FaultChange {
  readonly kind: 'fault-begins' | 'fault-ends';
  readonly atUs: number;
  /** Its number in the plan. */
  readonly fault: number;
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

/** After the run: a peer of ours was told to end, had all the time that it may take, and left something. */
export interface LeftBehind {
  readonly kind: 'left-behind';
  readonly atUs: number;
  readonly peer: number;
  /** What it left, for people: `2 connections open`. */
  readonly what: string;
}

/** The last event of a run: all peers have ended, and the lab has looked at what they left. */
export interface AllEnded {
  readonly kind: 'all-ended';
  readonly atUs: number;
  /** Why it could not look, as a part of a sentence; null: it did. */
  readonly problem: string | null;
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
  /**
   * The peer was asking for this image already, for an earlier request: attempts and bytes are those of that
   * one, and count once.
   */
  readonly isJoined?: true;
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
  /** What the lab had of the machine since the last sample; absent in the virtual world, which has no pace. */
  readonly load?: HarnessLoad;
}

/** What the lab had of the machine for a while. */
export interface HarnessLoad {
  /** Cores that its process used, with all threads. */
  readonly cores: number;
  /** Share of the time in which its event loop had something to do. */
  readonly loopShare: number;
  /** Share of the time in which the processors of the machine were busy, with whatever; null: not told. */
  readonly machineShare: number | null;
  /** Whether the system had no file left for it. */
  readonly isShortOfFiles: boolean;
}
