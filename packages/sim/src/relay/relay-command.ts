import type { Address } from '@imagemesh/peer';
import type { Links } from '../fault/trouble.ts';
import type { LinkRule, Network } from '../scenario/scenario.ts';

/** What a relay's thread is started with. */
export interface RelayThreadData {
  readonly seed: number;
  readonly network: Network | null;
  readonly callsFrom: number | null;
}

/** What a relay's thread is told. Commands are carried out in order; one with an `id` is answered. */
export type RelayCommand =
  | {
      readonly do: 'attach';
      readonly id: number;
      readonly peer: number;
      readonly address: Address;
      readonly ownIp: number;
    }
  | { readonly do: 'route'; readonly peer: number; readonly address: Address }
  | {
      readonly do: 'add-rule';
      readonly rule: number;
      readonly links: Links;
      readonly what: LinkRule;
    }
  | { readonly do: 'remove-rule'; readonly rule: number }
  | { readonly do: 'reset-stranded'; readonly peer: number }
  | { readonly do: 'settle'; readonly id: number }
  | { readonly do: 'close'; readonly id: number };

/** What it answers. */
export interface RelayAnswer {
  readonly id: number;
  /** A sentence, when it could not be done. */
  readonly problem: string | null;
  /** Where it listens, after `attach`; 0 otherwise. */
  readonly address: Address;
}
