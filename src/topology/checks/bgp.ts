import { contains, overlaps, parseAddress, parsePrefix } from '../../support/ip.js';
import { didYouMean, listWords } from '../../support/suggest.js';
import { autonomousSystems } from '../model/autonomous-systems.js';
import { quote } from '../model/finding.js';
import type { Finding } from '../model/finding.js';
import { bgpTimerProblems, policyProblems, type PolicyProblem } from '../file/routing-policy.js';
import type { Check, Checked } from './checked.js';
import { linkPrefixes } from './prefixes.js';
import { forbiddenRanges, freeOneOf } from './ranges.js';

const MOST_ASN = 4_294_967_295;
/** Reserved numbers: RFC 7607, RFC 6793, RFC 7300. */
const RESERVED_ASNS: ReadonlySet<number> = new Set([0, 23_456, 65_535, MOST_ASN]);

/** Autonomous systems: all routers have one, or none has. */
export const checkAsns: Check = (checked) => {
  const { topology, file, whole, wired, at, atKey } = checked;
  const findings: Finding[] = [];
  const speaking = topology.nodes.filter(({ asn }) => asn !== undefined);
  const announcing = new Set(
    topology.services.flatMap(({ announce, instances }) => (announce === 'host' ? instances : [])),
  );
  for (const { name, kind, asn = 0 } of speaking) {
    const offset = at('nodes', name, 'asn');
    if (asn < 1 || asn > MOST_ASN || RESERVED_ASNS.has(asn)) {
      findings.push({
        offset,
        code: 'BAD_VALUE',
        message: `${String(asn)} is not a valid AS number`,
        hint: 'write one from 64512 to 65534, which are free for private use (RFC 6996)',
      });
    }
    if (whole && (kind === 'switch' || (kind === 'host' && !announcing.has(name)))) {
      findings.push({
        offset: atKey('nodes', name, 'asn'),
        code: 'BAD_VALUE',
        message: `${kind} ${quote(name)} announces nothing, so it does not speak BGP`,
        hint: 'only routers speak BGP, and hosts that announce an anycast address themselves',
      });
    }
  }
  if (speaking.length === 0) return [...findings, ...(whole ? withoutBgp(checked) : [])];
  if (!wired) return findings;
  const systems = autonomousSystems(topology);
  for (const { name, kind, ownFrr } of topology.nodes) {
    if (systems.has(name) || ownFrr !== undefined || (kind !== 'router' && !announcing.has(name))) continue;
    const hint =
      kind === 'router'
        ? 'give it one too, such as  asn: 65001 : if some routers speak BGP, all must'
        : 'its routers belong to several: give it the asn of one of them, or its own';
    findings.push({
      offset: atKey('nodes', name),
      code: 'MISSING_KEY',
      message: `${kind} ${quote(name)} has no "asn"`,
      hint,
    });
  }
  for (const [i, link] of (file.links ?? []).entries()) {
    if (Array.isArray(link)) continue;
    const ends = topology.links[i]?.ends.map(({ node }) => node) ?? [];
    const numbers = new Set(ends.flatMap((node) => systems.get(node) ?? []));
    const joinsSwitch = ends.some((node) => checked.nodes.get(node)?.kind === 'switch');
    if (link.relation !== undefined && numbers.size < 2 && !(joinsSwitch && link.relation === 'peer')) {
      const why = joinsSwitch ? 'on a switch all systems are peers' : 'a relation joins two autonomous systems';
      findings.push({
        offset: at('links', i, 'relation'),
        code: 'BAD_VALUE',
        message: `${ends.map(quote).join(' and ')} are not ${link.relation === 'peer' ? 'peers' : 'customer and provider'}`,
        hint: joinsSwitch ? `${why}: write  relation: peer` : why,
      });
    }
    for (const name of Object.keys(link.policy ?? {})) {
      const offset = atKey('links', i, 'policy', name);
      if (!ends.includes(name) || !systems.has(name)) {
        findings.push({
          offset,
          code: 'BAD_VALUE',
          message: `${quote(name)} does not speak BGP on this link`,
          hint: `ends of this link that speak BGP: ${listWords(ends.filter((node) => systems.has(node)))}`,
        });
      } else if (numbers.size < 2 && !joinsSwitch) {
        findings.push({
          offset,
          code: 'BAD_VALUE',
          message: 'both ends of this link belong to the same autonomous system',
          hint: 'a policy applies to routes between two systems',
        });
      }
    }
  }
  return findings;
};

/** Without any AS number, the file cannot use anything of BGP. */
function withoutBgp({ file, topology, atKey }: Checked): readonly Finding[] {
  const hint = 'give the routers one, such as  {kind: router, asn: 65001}';
  const finding = (what: string, offset: number): Finding => ({
    offset,
    code: 'BAD_VALUE',
    message: `${what} belongs to BGP, but no node here has an "asn"`,
    hint,
  });
  return [
    ...(file.bgp === undefined ? [] : [finding('"bgp"', atKey('bgp'))]),
    ...Object.entries(file.nodes).flatMap(([name, node]) =>
      node.bgp === undefined ? [] : [finding('"bgp"', atKey('nodes', name, 'bgp'))],
    ),
    ...(file.links ?? []).flatMap((link, i) =>
      Array.isArray(link)
        ? []
        : (['relation', 'policy', 'bgp'] as const).flatMap((key) =>
            link[key] === undefined ? [] : [finding(`"${key}"`, atKey('links', i, key))],
          ),
    ),
    ...topology.services.flatMap(({ name, covering }) =>
      covering === undefined ? [] : [finding('"covering"', atKey('anycast', name, 'covering'))],
    ),
  ];
}

/** Timers and policies can be read. */
export const checkPolicies: Check = ({ file, at }) => {
  const findings: Finding[] = [];
  const take = (problems: readonly PolicyProblem[], ...below: readonly (string | number)[]): void => {
    for (const { path, message, hint } of problems)
      findings.push({ offset: at(...below, ...path), code: 'BAD_VALUE', message, hint });
  };
  for (const [name, node] of Object.entries(file.nodes)) take(bgpTimerProblems(node.bgp), 'nodes', name);
  for (const [i, link] of (file.links ?? []).entries()) {
    if (Array.isArray(link)) continue;
    take(bgpTimerProblems(link.bgp), 'links', i);
    for (const [name, policy] of Object.entries(link.policy ?? {}))
      take(policyProblems(policy), 'links', i, 'policy', name);
  }
  return findings;
};

/** Prefixes that routers announce by themselves: networks, of routers that speak BGP, each once. */
export const checkPrefixes: Check = ({ topology, at, atKey }) => {
  const ranges = forbiddenRanges(topology);
  return topology.nodes.flatMap(({ name, kind, asn, ownFrr, prefixes, aggregates }) =>
    (
      [
        ['prefixes', prefixes],
        ['aggregates', aggregates.map(({ prefix }) => prefix)],
      ] as const
    ).flatMap(([key, texts]): readonly Finding[] => {
      if (texts.length > 0 && (kind !== 'router' || asn === undefined || ownFrr !== undefined)) {
        const why = ownFrr === undefined ? 'does not speak BGP' : 'has a configuration of its own';
        const hint = ownFrr === undefined ? 'only routers with an asn announce prefixes' : 'announce them there';
        const message = `${kind} ${quote(name)} ${why}, so ${quote(key)} has no effect`;
        return [{ offset: atKey('nodes', name, key), code: 'BAD_VALUE', message, hint }];
      }
      return texts.flatMap((text, i): readonly Finding[] => {
        const refuse = (message: string, hint: string): readonly Finding[] => [
          { offset: at('nodes', name, key, i), code: 'BAD_PREFIX', message, hint },
        ];
        const parsed = parsePrefix(text);
        if (parsed?.kind !== 'network')
          return refuse(`${quote(text)} is not a prefix`, 'write the network and its length, such as 198.51.100.0/24');
        const special = parsed.prefix.length === 0 ? undefined : ranges.specialOf(parsed.prefix);
        if (special !== undefined)
          return refuse(`${quote(text)} cannot be announced: it overlaps ${special}`, 'choose another');
        return texts.indexOf(text) === i ? [] : refuse(`${quote(text)} is listed twice`, 'write it once');
      });
    }),
  );
};

/** Route reflectors: each a router of the file that belongs to an autonomous system, once. */
export const checkReflectors: Check = ({ file, nodes, declaredNodes, at }) => {
  const { reflectors = [] } = file.bgp ?? {};
  return reflectors.flatMap((name, i): readonly Finding[] => {
    const offset = at('bgp', 'reflectors', i);
    const node = nodes.get(name);
    if (!declaredNodes.has(name)) {
      const routers = [...nodes.values()].flatMap(({ name: each, kind }) => (kind === 'router' ? [each] : []));
      const hint = (): string => didYouMean(name, routers, 'routers');
      return [{ offset, code: 'UNKNOWN_NODE', message: `there is no node ${quote(name)}`, hint }];
    }
    if (node !== undefined && node.kind !== 'router') {
      const hint = 'only routers reflect routes: name those of the system that all others have their sessions with';
      return [{ offset, code: 'BAD_VALUE', message: `${node.kind} ${quote(name)} reflects no routes`, hint }];
    }
    if (reflectors.indexOf(name) === i) return [];
    return [{ offset, code: 'BAD_VALUE', message: `${quote(name)} is listed twice`, hint: 'name it once' }];
  });
};

/** Covering prefixes: around the addresses of their service, clear of all links, announced by instances of it. */
export const checkCoveringPrefixes: Check = (checked) => {
  const findings: Finding[] = [];
  const networks = linkPrefixes(checked);
  const ranges = forbiddenRanges(checked.topology);
  for (const { name, covering, addresses, instances, announce } of checked.topology.services) {
    if (covering !== undefined && announce === 'router') {
      findings.push({
        offset: checked.atKey('anycast', name, 'covering'),
        code: 'BAD_VALUE',
        message: 'an instance announces a covering prefix itself, but here routers announce',
        hint: 'leave out  announce: router',
      });
    }
    covering?.prefixes.forEach((text, i) => {
      const offset = checked.at('anycast', name, 'covering', 'prefixes', i);
      const said = quote(checked.file.anycast?.[name]?.covering?.prefixes[i] ?? text);
      const parsed = parsePrefix(text);
      if (parsed?.kind !== 'network') {
        findings.push({
          offset,
          code: 'BAD_PREFIX',
          message: `${said} is not a prefix`,
          hint: 'write the network and its length, such as 192.0.2.0/24 or "2001:db8:53::/48"',
        });
        return;
      }
      const { prefix } = parsed;
      const inside = addresses
        .flatMap((address) => parseAddress(address) ?? [])
        .filter((address) => contains(prefix, address));
      const isWhole = prefix.length === (prefix.family === 'ipv4' ? 32 : 128);
      if (inside.length === 0 || isWhole) {
        findings.push({
          offset,
          code: 'BAD_PREFIX',
          message: isWhole ? `${said} is a single address` : `${said} covers no address of ${quote(name)}`,
          hint: `write a shorter prefix that contains ${addresses[0] ?? 'its address'}`,
        });
      }
      const touched = networks.find((network) => overlaps(prefix, network.prefix));
      const own = ranges.reservedOf(prefix);
      if (touched !== undefined) {
        findings.push({
          offset,
          code: 'PREFIX_OVERLAP',
          message: `${said} overlaps ${touched.prefix.text}, the prefix of a link`,
          hint: 'choose a prefix outside all links',
        });
      } else if (own !== undefined) {
        findings.push({
          offset,
          code: 'RESERVED_RANGE',
          message: `${said} overlaps ${own}; nearcast uses that range for its own addresses`,
          hint: freeOneOf(prefix.family),
        });
      }
    });
    covering?.instances.forEach((instance, i) => {
      if (instances.includes(instance)) return;
      findings.push({
        offset: checked.at('anycast', name, 'covering', 'instances', i),
        code: 'NOT_AN_INSTANCE',
        message: `${quote(instance)} is not an instance of ${quote(name)}`,
        hint: `its instances are: ${listWords(instances)}`,
      });
    });
  }
  return findings;
};
