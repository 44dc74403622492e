import { familyOf } from '../../support/family.js';
import type { Node, OwnFrr, Topology } from '../../topology/model/topology.js';
import { daemonsOfLines } from '../line-daemons.js';
import type { Family, LineDaemon, PlanRouting } from '../model.js';

/** The routing of a node whose configuration is the user's own: nearcast runs the daemons, and says nothing to them. */
export function ownRouting({ kind }: Node, own: OwnFrr, routerId: string): PlanRouting {
  const needed = daemonsOfLines(own.lines).filter(({ daemon }) => daemon !== 'zebra');
  // FRRouting itself always runs staticd.
  const wanted = own.daemons === undefined ? needed : needed.filter(({ daemon }) => daemon === 'staticd');
  const listed = (own.daemons ?? []).map((daemon): LineDaemon => {
    const byLine = needed.find((each) => each.daemon === daemon);
    return byLine ?? { daemon, line: `daemons: [${daemon}]` };
  });
  const lineDaemons = [...listed, ...wanted.filter(({ daemon }) => listed.every((each) => each.daemon !== daemon))];
  return {
    routerId,
    daemons: ['zebra', ...lineDaemons.map(({ daemon }) => daemon)],
    lineDaemons: lineDaemons.length === 0 ? undefined : lineDaemons,
    transit: kind === 'router',
    announcesFor: [],
    bgp: undefined,
    extraLines: own.lines.trim() === '' ? undefined : own.lines,
    own: { file: own.file, numberedAs: own.numberedAs },
  };
}

/** What its configuration puts on `lo`, but for what is on it only while a service answers; undefined where it says no address at all. */
export function ownLoopbacks({ ownFrr }: Node, { services }: Topology): readonly string[] | undefined {
  if (ownFrr === undefined || ownFrr.addresses.size === 0) return undefined;
  const served = new Set(services.flatMap(({ addresses }) => addresses));
  return (ownFrr.addresses.get('lo') ?? []).filter((address) => !served.has(address.split('/')[0] ?? address));
}

/** The first address of a family that a node's own configuration puts on `lo`. */
export function ownLoopback(topology: Topology, name: string, family: Family): string | undefined {
  const node = topology.nodes.find((each) => each.name === name);
  const found = node === undefined ? undefined : ownLoopbacks(node, topology);
  return found?.find((address) => familyOf(address) === family)?.split('/')[0];
}
