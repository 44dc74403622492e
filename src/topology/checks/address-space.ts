import type { Finding } from '../model/finding.js';
import { buildGraph } from '../model/graph.js';
import { addressSpace, ownRanges } from '../model/reserved.js';
import type { Check } from './checked.js';
import { familyOf } from '../../support/family.js';

/** Whether there is an address for every interface that has none of the file's own. */
export const checkAddressSpace: Check = ({ topology, nodes, at }) => {
  const addresses = topology.services.flatMap((service) => service.addresses);
  const usesIpv4 = addresses.length === 0 || addresses.some((address) => familyOf(address) === 'ipv4');
  const usesIpv6 = addresses.length === 0 || addresses.some((address) => familyOf(address) === 'ipv6');
  const space = addressSpace(ownRanges(topology));
  const { domainOfLink } = buildGraph(topology);
  const chosen = new Set(
    topology.links.flatMap(({ prefixes }, link) =>
      prefixes.some((prefix) => familyOf(prefix) === 'ipv4') ? [domainOfLink[link]] : [],
    ),
  );
  const firstLink = new Map([...domainOfLink.entries()].reverse().map(([link, segment]) => [segment, link]));
  const inOrder = [...firstLink].sort(([, a], [, b]) => a - b);
  const switched = inOrder.filter(
    ([, link]) => topology.links[link]?.ends.some(({ node }) => nodes.get(node)?.kind === 'switch') === true,
  );
  const tooMany = (link: number, message: string, hint: string): Finding => ({
    offset: at('links', link),
    code: 'TOO_MANY',
    message,
    hint,
  });
  const beyond = (list: typeof inOrder, most: number, what: string): readonly Finding[] =>
    list
      .slice(most, most + 1)
      .map(([, link]) =>
        tooMany(
          link,
          `${what} number ${most + 1} of this file: nearcast has addresses for ${most}`,
          'split the network into several files',
        ),
      );
  const crowded = !usesIpv4
    ? []
    : switched.flatMap(([segment, link]) => {
        const count = segment.routers.length + segment.hosts.length;
        return count <= space.switchedMembers || chosen.has(segment)
          ? []
          : [
              tooMany(
                link,
                `${count} interfaces on this segment, but nearcast's own networks have ${space.switchedMembers} addresses`,
                'give one of its links a larger prefix, such as  prefix: "172.16.0.0/16"',
              ),
            ];
      });
  return [
    ...crowded,
    ...(usesIpv4 ? beyond(switched, space.switchedSegments, 'segment of switches') : []),
    ...beyond(inOrder, usesIpv4 || usesIpv6 ? space.segments : Infinity, 'segment'),
  ];
};
