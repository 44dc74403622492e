import type { BgpPath } from '../protocol/lab-state.js';

/** What FRR's bgpd says of one prefix in JSON, as far as it is read here. */
export interface ShownPrefix {
  readonly prefix?: string;
  readonly paths?: readonly {
    readonly aspath?: { readonly string?: string };
    readonly locPrf?: number;
    readonly metric?: number;
    readonly valid?: boolean;
    readonly bestpath?: { readonly overall?: boolean; readonly selectionReason?: string };
    readonly community?: { readonly list?: readonly string[] };
    readonly peer?: { readonly peerId?: string };
    readonly sourced?: boolean;
  }[];
}

/** The ways that a router knows to a service, the one it uses first. `nameOf` says whose address a neighbor's is. */
export function readPaths(
  shown: ShownPrefix | undefined,
  nameOf: (address: string) => string | undefined,
): readonly BgpPath[] {
  const paths = (shown?.paths ?? []).filter(({ valid }) => valid !== false);
  return paths
    .map((path): BgpPath => {
      const peer = path.peer?.peerId ?? '';
      const text = path.aspath?.string ?? '';
      const isOwn = path.sourced === true || peer === '0.0.0.0' || peer === '::';
      return {
        prefix: shown?.prefix ?? '',
        via: isOwn ? null : (nameOf(peer) ?? peer),
        asPath: text === 'Local' ? '' : text,
        localPreference: path.locPrf ?? null,
        med: path.metric ?? null,
        communities: path.community?.list ?? [],
        best: path.bestpath?.overall === true,
        reason: path.bestpath?.overall === true ? (path.bestpath.selectionReason ?? null) : null,
      };
    })
    .sort((a, b) => Number(b.best) - Number(a.best));
}
