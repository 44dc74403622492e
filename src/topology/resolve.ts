import { parseDuration } from '../support/duration.js';
import { parseAddress, parsePrefix } from '../support/ip.js';
import type { ContainerSettings, Expectation, FaultSettings, Link, LinkEnd, Node, Service, Step, Topology } from './model.js';
import type { FileAnswer, FileLink, FileNode, FileStep, TopologyFile } from './schema.js';
import { readDetection, readHealth } from './detection.js';
import { readImpairment } from './impairment.js';
import { readBgpSettings, readPolicy } from './routing-policy.js';
import { howsOfTarget, parseTarget } from './target.js';

/** How long the expectations of a step may take to hold where the file does not say. */
const defaultWithinMs = 10_000;

/**
 * What a well-formed file means: shorthands written out, defaults filled in, addresses in canonical form. Works for
 * every file of the right shape; what makes no sense in it is kept as it stands, for the checks to point at.
 */
export function resolve(file: TopologyFile): Topology {
  return {
    name: file.name,
    title: file.title,
    runtime: file.runtime,
    nodes: Object.entries(file.nodes).map(([name, node]) => resolveNode(name, node)),
    links: (file.links ?? []).map(resolveLink),
    services: Object.entries(file.anycast ?? {}).map(([name, service]): Service => ({
      name,
      addresses: service.addresses.map((text) => parseAddress(text)?.text ?? text),
      instances: service.instances,
      announce: service.announce ?? 'host',
      allowSharedRouter: service.allowSharedRouter ?? false,
      health: readHealth(service.health),
      http: service.http ?? false,
      covering: service.covering === undefined ? undefined : { prefixes: service.covering.prefixes.map(canonicalPrefix), instances: service.covering.instances },
    })),
    expect: resolveAnswers(file.expect ?? {}),
    scenario: (file.scenario ?? []).map(resolveStep),
    play: file.play ?? 'test',
    bgp: readBgpSettings(file.bgp),
  };
}

/** The two ends of a link as the file writes them. */
export function endsOf(link: FileLink): readonly [string, string] {
  return Array.isArray(link) ? link : link.endpoints;
}

/** Who must answer whom after a step, without the reserved keys. */
export function answersOf(step: FileStep): Readonly<Record<string, FileAnswer>> {
  const { within: _, outage: __, lost: ___, ...answers } = step.expect ?? {};
  return answers;
}

function resolveNode(name: string, node: FileNode): Node {
  return {
    name,
    kind: node.kind,
    asn: node.asn,
    frr: node.frr,
    sysctls: new Map(Object.entries(node.sysctls ?? {}).map(([key, value]) => [key, String(value)])),
    exec: node.exec ?? [],
    detection: readDetection(node),
    container: resolveContainer(node),
  };
}

function resolveContainer({ image, binds, env, cmd }: FileNode): ContainerSettings | undefined {
  if (image === undefined && binds === undefined && env === undefined && cmd === undefined) return undefined;
  const variables = new Map(Object.entries(env ?? {}).map(([name, value]) => [name, String(value)]));
  return { image, binds: binds ?? [], env: variables, cmd };
}

function resolveLink(link: FileLink): Link {
  const [a, b] = endsOf(link);
  const { cost, mtu, prefix, relation, policy = {}, ...settings } = Array.isArray(link) ? {} : link;
  const prefixes = typeof prefix === 'string' ? [prefix] : (prefix ?? []);
  return {
    ends: [resolveEnd(a), resolveEnd(b)],
    cost: cost ?? 1,
    mtu,
    impairment: readImpairment(settings),
    detection: readDetection(settings),
    relation,
    policies: new Map(Object.entries(policy).map(([node, written]) => [node, readPolicy(written)])),
    prefixes: prefixes.map(canonicalPrefix),
  };
}

function resolveEnd(text: string): LinkEnd {
  const colon = text.indexOf(':');
  return colon < 0
    ? { node: text, interface: undefined }
    : { node: text.slice(0, colon), interface: text.slice(colon + 1) };
}

function canonicalPrefix(text: string): string {
  const parsed = parsePrefix(text);
  return parsed?.kind === 'network' ? parsed.prefix.text : text;
}

function resolveAnswers(answers: Readonly<Record<string, FileAnswer>>): readonly Expectation[] {
  return Object.entries(answers).flatMap(([client, answer]): readonly Expectation[] =>
    typeof answer === 'string'
      ? [{ client, service: undefined, instance: answer }]
      : Object.entries(answer).map(([service, instance]) => ({ client, service, instance })),
  );
}

function settingsOf(step: FileStep): FaultSettings {
  const duration = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseDuration(text));
  const settings: FaultSettings = {
    impairment: readImpairment(step),
    periodMs: duration(step.period),
    keepRoutes: step.keepRoutes,
    value: step.value,
    announce: step.announce,
    forMs: duration(step.for),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function resolveStep(step: FileStep): Step {
  const target = step.fail ?? step.restore ?? '';
  const within = step.expect?.within;
  return {
    action: step.fail === undefined ? 'restore' : 'fail',
    target,
    how: step.how ?? (step.fail === undefined ? undefined : howsOfTarget[parseTarget(target)?.kind ?? 'node'][0]),
    settings: settingsOf(step),
    expect: resolveAnswers(answersOf(step)),
    limits: { outageMs: step.expect?.outage === undefined ? undefined : parseDuration(step.expect.outage), lost: step.expect?.lost },
    withinMs: (within === undefined ? undefined : parseDuration(within)) ?? defaultWithinMs,
  };
}
