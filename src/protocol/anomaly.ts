import type { Daemon } from '../plan/model.js';

/**
 * Something of a running lab that is not as the lab was made, whatever routes there are: a likely cause of what was seen.
 * Its words are in `report/words/`.
 */
export type Anomaly =
  | LineAnomaly
  | SettingAnomaly
  /** An instance counts as announced, and its kernel does not have the address. */
  | (AtService & { readonly kind: 'unheld'; readonly address: string })
  /** It is announced, and its server does not answer: the file's check says otherwise. */
  | (AtService & { readonly kind: 'dead-service'; readonly check: string })
  /** Its server answers, and the check of the file fails: nobody announces it. */
  | (AtService & { readonly kind: 'failing-check'; readonly check: string })
  | (AtService & {
      readonly kind: 'unsteady';
      readonly changes: number;
      /** How often its check said so itself, and was not only late. */
      readonly refusals: number;
      readonly withinMs: number;
      readonly rise: number;
      readonly fall: number;
    })
  /** No instance announces the service, and no prefix covers it. */
  | (AtService & { readonly kind: 'nobody-announces' })
  /** It gives the name of another instance as its own. */
  | (AtService & { readonly kind: 'false-name'; readonly says: string })
  /** A client's query was answered from another address than the one that it asked. */
  | (AtService & {
      readonly kind: 'other-source';
      readonly address: string;
      readonly from: string;
      readonly of: string | null;
    })
  /** Announces a prefix of a service, and is neither an instance of it nor its router. */
  | (AtService & { readonly kind: 'stranger'; readonly prefix: string })
  /** Has the address, and its routing protocol does not announce it. */
  | (AtService & { readonly kind: 'untold'; readonly address: string })
  /** Somebody gave a kernel a route to an address of a service, beside those of its routing daemons. */
  | (AtService & { readonly kind: 'own-route'; readonly route: string })
  /** Packets wait in a queue that the lab did not make. */
  | (AtInterface & { readonly kind: 'queue'; readonly queue: string })
  /** A permanent entry for a neighbor that the lab did not make. */
  | (AtInterface & { readonly kind: 'neighbor-entry'; readonly address: string });

interface AtService {
  readonly node: string;
  readonly service: string;
}

interface AtInterface {
  readonly node: string;
  readonly interface: string;
}

/** A daemon's configuration has a line that the lab did not give it, or lacks one that it gave. */
export interface LineAnomaly {
  readonly kind: 'line';
  readonly node: string;
  readonly daemon: Daemon;
  readonly is: 'missing' | 'foreign';
  readonly block: string;
  readonly line: string;
  /** Whose the router-id in that line is: of another node, or of a service. */
  readonly whose?: string | undefined;
}

/** A kernel setting on which anycast depends. */
export interface SettingAnomaly {
  readonly kind: 'setting';
  readonly node: string;
  readonly key: string;
  readonly value: string;
  readonly wanted: string;
  /** What comes of it. */
  readonly effect: 'one-way' | 'not-forwarding' | 'one-path';
}
