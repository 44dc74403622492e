import { discardAddresses, familiesAt, hostPrefix, linkLocalAddress } from '../plan/addressing.js';
import type { PlanInterface, PlanNode } from '../plan/model.js';
import { familyOf } from '../support/family.js';
import { endAt, neighborLines, type NumberedLinks } from './neighbor-lines.js';

/**
 * What `ip -batch` does in a node once its links are there: addresses, then interfaces up, then a host's gateways. A
 * service's address is not among them: the agent adds it when the service answers, which announces it. But its host
 * takes what is sent there also when it is withdrawn: queries under way at that moment are answered. A speaker has its
 * link-local addresses before its interfaces are up: the kernel would add them a moment later, and a session of bgpd
 * that begins in this moment fails for want of one ("nexthop_set failed"), to be tried again after seconds.
 */
export function addressBatch(node: PlanNode, links: NumberedLinks): string {
  if (node.kind === 'switch') return switchBatch(node);
  const lines = [
    ...node.serves.map((address) => `route replace local ${hostPrefix(address)} dev lo`),
    ...discardLines(node),
    ...node.loopbacks.map((address) => `address add ${address} dev lo`),
    ...node.interfaces.flatMap((item) => [
      ...mtuLines(item),
      ...linkLocalLines(node, item, links),
      ...item.addresses.map(
        (address) => `address add ${address} dev ${item.name}${familyOf(address) === 'ipv6' ? ' nodad' : ''}`,
      ),
      ...neighborLines(node, item, links),
      `link set ${item.name} up`,
    ]),
    ...gatewayLines(node),
  ];
  return `${lines.join('\n')}\n`;
}

/** What BGP's community BLACKHOLE sends packets to (RFC 7999), and prefixes that the router announces by itself. */
function discardLines({ routing, loopbacks }: PlanNode): readonly string[] {
  if (routing?.bgp === undefined || !routing.transit) return [];
  const families = loopbacks.map((address) => familyOf(address));
  const held = routing.bgp.origins.filter(({ isHeld }) => isHeld === true).map(({ prefix }) => prefix);
  return [...families.map((family) => hostPrefix(discardAddresses[family])), ...held].map(
    (prefix) => `route replace blackhole ${prefix}`,
  );
}

/** A host's default routes; also what must be said again after an interface was down. */
export function gatewayLines(node: PlanNode): readonly string[] {
  return node.gateways.map(
    ({ via, interface: device, metric }) => `route replace default via ${via} dev ${device} metric ${String(metric)}`,
  );
}

/** The same address as the kernel gives the interface. */
function linkLocalLines(node: PlanNode, item: PlanInterface, links: NumberedLinks): readonly string[] {
  const at = endAt(node, item, links);
  if (node.routing === undefined || at === undefined || !familiesAt(item).includes('ipv6')) return [];
  return [`address add ${linkLocalAddress(at.number, at.end)}/64 dev ${item.name} scope link nodad`];
}

function mtuLines({ name, mtu }: PlanInterface): readonly string[] {
  return mtu === undefined ? [] : [`link set ${name} mtu ${String(mtu)}`];
}

function switchBatch(node: PlanNode): string {
  return [
    'link add name br0 type bridge',
    'link set br0 up',
    ...node.interfaces.flatMap((item) => [...mtuLines(item), `link set ${item.name} master br0 up`]),
    '',
  ].join('\n');
}
