import { readFileSync } from 'node:fs';
import type { LabPlan } from '../../../src/plan/model.js';
import { planLab } from '../../../src/plan/plan.js';
import type { Topology } from '../../../src/topology/model/topology.js';
import { readTopology } from '../../../src/topology/read.js';

/** The topology that a text says; throws what is wrong with it. */
export function topologyOf(text: string): Topology {
  const reading = readTopology(text, 'test.yml');
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems, undefined, 2));
  return reading.topology;
}

export function planOf(text: string): LabPlan {
  return planLab(topologyOf(text));
}

export function bundledPlan(name: string): LabPlan {
  return planOf(readFileSync(new URL(`../../../topologies/${name}.yml`, import.meta.url), 'utf8'));
}

/** A client on router1, which two equal ways lead from: over router2 to server-a, over router3 to server-b. */
export const twoEqualWays = `
name: two-equal-ways
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, router3]
  - [router2, server-a]
  - [router3, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
`;

/** A client with a cheap link to router2 and a dear one to router1, each router with an instance of its own. */
export const twoGateways = `
name: two-gateways
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - {endpoints: [client1, router1], cost: 10}
  - {endpoints: [client1, router2], cost: 2}
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
`;

/** Hosts without a routing protocol: router1 announces for server-a, router2 for server-b. */
export const announcedByRouters = `
name: announced-by-routers
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b], announce: router}
`;

/** A client behind a switch, and router1, router2 and router3 on a segment of two switches. */
export const switched = `
name: switched
nodes:
  sw1:      {kind: switch}
  sw2:      {kind: switch}
  sw3:      {kind: switch}
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, sw3]
  - [sw3, router1]
  - [router1, sw1]
  - {endpoints: [router2, sw1], cost: 7}
  - [sw1, sw2]
  - [sw2, router3]
  - [router2, server-a]
  - [router3, server-b]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b]}
`;

interface WithinOneSystem {
  readonly multipath?: string;
  /** Of router1, router2 and router3. */
  readonly asns?: readonly number[];
  /** What server-b tells router3, in megabits; server-a tells router2 300. */
  readonly second?: number | undefined;
  /** What server-c tells router2, where it is there. */
  readonly third?: number;
  readonly cost?: number;
}

/** A client's router, and two borders of the same system, each with a system behind it that tells a bandwidth. */
export function withinOneSystem({
  multipath = 'any-as',
  asns = [65001, 65001, 65001],
  cost = 1,
  third,
  ...rest
}: WithinOneSystem): string {
  const second = 'second' in rest ? rest.second : 100;
  const told = (host: string, mbps: number | undefined): string =>
    mbps === undefined ? '' : `, policy: {${host}: {bandwidth: ${String(mbps)}mbit}}`;
  return `
name: within-one-system
bgp: {multipath: ${multipath}}
nodes:
  router1:  {kind: router, asn: ${String(asns[0])}}
  router2:  {kind: router, asn: ${String(asns[1])}}
  router3:  {kind: router, asn: ${String(asns[2])}}
  client1:  {kind: host}
  server-a: {kind: host, asn: 65100}
  server-b: {kind: host, asn: 65200}
${third === undefined ? '' : '  server-c: {kind: host, asn: 65300}\n'}links:
  - [client1, router1]
  - [router1, router2]
  - {endpoints: [router1, router3], cost: ${String(cost)}}
  - {endpoints: [router2, server-a]${told('server-a', 300)}}
  - {endpoints: [router3, server-b]${told('server-b', second)}}
${third === undefined ? '' : `  - {endpoints: [router2, server-c]${told('server-c', third)}}\n`}anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b${third === undefined ? '' : ', server-c'}], allowSharedRouter: true}
`;
}

/** Two systems of a router each; server-a hangs on router2. */
export const twoSystems = (address: string): string => `
name: two
nodes:
  router1: {kind: router, asn: 65001}
  router2: {kind: router, asn: 65002}
  server-a: {kind: host}
links: [[router1, router2], [server-a, router2]]
anycast:
  service: {addresses: ["${address}"], instances: [server-a]}
`;
