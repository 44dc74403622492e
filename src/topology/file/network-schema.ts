import * as z from 'zod';
import { frrChoices, frrVersions } from '../../frr/versions.js';
import { selections } from '../model/routing.js';
import { impairmentShape } from './impairment-schema.js';
import { detectionShape, ownFrrSchema, policySchema, routesSchema } from './routing-schema.js';

export const healthSchema = z
  .strictObject({
    check: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "A command run on the instance's host: status 0 means that the instance serves. sh runs a string; a list runs without a shell. Without it, nearcast queries the server over loopback.",
      ),
    interval: z.string().optional().describe('The time between two checks, such as 100ms.'),
    timeout: z.string().optional().describe('How long a check may take, such as 100ms.'),
    rise: z
      .int()
      .optional()
      .describe('After so many successful checks in a row the address is announced; 2 by default.'),
    fall: z.int().optional().describe('After so many failed checks in a row the address is withdrawn; 2 by default.'),
    lastResort: z.string().optional().describe('The instance that stays announced when all instances fail.'),
  })
  .describe('How the health of each instance is checked.');

export const aggregateSchema = z.strictObject({
  prefix: z.string().describe('The prefix, such as 10.0.0.0/8.'),
  summaryOnly: z.boolean().optional().describe('true: routes to its parts are not announced. Off by default.'),
});

const frrVersionSchema = z.literal([...frrChoices, ...frrVersions.map(Number)]);

/** The key of a whole file; that of a node has the same values. */
export const frrVersionOfAll = frrVersionSchema
  .optional()
  .describe(
    'The version of FRRouting of all nodes that name none themselves, unless the command line says otherwise; system: the one that is installed on the machine.',
  );

export const nodeSchema = z
  .strictObject({
    kind: z
      .enum(['host', 'router', 'switch'])
      .describe(
        'router: runs FRRouting. host: a client, or an instance of an anycast service. switch: an Ethernet segment.',
      ),
    asn: z
      .int()
      .optional()
      .describe(
        'The AS number of a router, or of a host that announces. It speaks BGP to other systems, OSPF and BGP within its own.',
      ),
    prefixes: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'Prefixes that a router with an asn announces by itself, such as [198.51.100.0/24]. It discards what has no longer route.',
      ),
    aggregates: z
      .array(z.union([z.string(), aggregateSchema]))
      .min(1)
      .optional()
      .describe(
        'Prefixes that a router with an asn announces while it knows a route to a part of them, such as [10.0.0.0/8].',
      ),
    routes: routesSchema.optional(),
    frr: z
      .union([z.string(), ownFrrSchema])
      .optional()
      .describe(
        'FRRouting configuration lines, added to those that nearcast writes; or {file: r1/frr.conf}, a configuration of your own in place of them. For routers and hosts that announce.',
      ),
    frrVersion: frrVersionSchema
      .optional()
      .describe('The version of FRRouting of this node; system: the one that is installed on the machine.'),
    sysctls: z
      .record(z.string(), z.union([z.string(), z.int()]))
      .optional()
      .describe('Kernel settings of this node, such as net.ipv4.tcp_syncookies: 0.'),
    selection: z
      .union([z.enum(selections), z.record(z.string(), z.enum(selections))])
      .optional()
      .describe(
        'How a router chooses among all instances that it knows: nearest (default); hash, per flow; random or round-robin, per packet; load, per flow, by the load that instances report. One word, or one for each service.',
      ),
    exec: z
      .array(z.union([z.string(), z.array(z.string()).min(1)]))
      .optional()
      .describe(
        'Commands that run in the node once its interfaces are up. sh runs a string; a list runs without a shell.',
      ),
    run: z
      .record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]))
      .optional()
      .describe(
        'Programs that run as long as the node does. The name of each is the one by which logs shows its output. sh runs a string; a list runs without a shell.',
      ),
    image: z
      .string()
      .optional()
      .describe(
        "For the docker runtime: the container image of this node, such as nginx:1.27; nearcast's own by default. A router, or a host that announces, needs an image with FRRouting.",
      ),
    binds: z
      .array(z.string())
      .optional()
      .describe(
        'For the docker runtime: folders or files of the machine of the engine, as in docker run -v: "/on/the/engine:/in/the/container:ro".',
      ),
    env: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('For the docker runtime: environment variables of the container.'),
    cmd: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "For the docker runtime: what the container runs in place of its image's command, beside FRRouting if the node runs it. sh runs a string; a list runs without a shell.",
      ),
    asks: z
      .array(z.string())
      .optional()
      .describe(
        'The services that a host asks, as a client. By default a host that is no instance asks every service, and an instance asks none; [] for a host that asks none.',
      ),
    ...detectionShape,
    demand: z
      .number()
      .positive()
      .max(1e12)
      .optional()
      .describe(
        'How much a client asks, for predictions of what each instance has to carry: queries per second, or any other unit that "capacity" has too; 1 by default.',
      ),
  })
  .describe('One node, such as {kind: host}.');

export const endSchema = z.string().describe('A node, or one of its interfaces: "router1" or "router1:eth1".');

export const linkSchema = z
  .strictObject({
    endpoints: z.tuple([endSchema, endSchema]).describe('The two ends of the link.'),
    cost: z.int().min(1).max(65_535).optional().describe('OSPF cost in both directions; 1 by default.'),
    mtu: z
      .int()
      .min(1280)
      .max(9216)
      .optional()
      .describe('The largest packet, in bytes. IPv6 needs 1280 (RFC 8200 section 5).'),
    prefix: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe('The prefix of the link, or a list of one IPv4 and one IPv6 prefix. By default nearcast chooses.'),
    addresses: z
      .record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]))
      .optional()
      .describe('The addresses of the ends, by node, such as {router1: 192.0.2.1/30, router2: 192.0.2.2/30}.'),
    relation: z
      .enum(['customer-provider', 'provider-customer', 'peer'])
      .optional()
      .describe(
        'Between two autonomous systems: what the first end is to the second. Routes from a peer or provider are announced to customers only.',
      ),
    policy: z
      .record(z.string(), policySchema)
      .optional()
      .describe('Between two autonomous systems: the policy of each end for anycast routes, by node.'),
    ...impairmentShape,
    ...detectionShape,
  })
  .describe('A link and its settings.');

export const serveCommandSchema = z
  .strictObject({
    command: z
      .array(z.string())
      .min(1)
      .describe(
        'The program and its arguments. {node}, {service}, {port}, {address} (the first of the service) and {local} (the address that checks query) stand for the values of the instance.',
      ),
    port: z.int().min(1).max(65_535).describe('The port that the program listens on.'),
    protocol: z
      .enum(['dns', 'http', 'tcp', 'udp'])
      .describe(
        'The protocol on that port. For dns, clients send identity queries; for http, requests for /whoami; tcp and udp need "identify", a command.',
      ),
    identify: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'A command that a client runs to learn which instance answers: it sends a query to {address} and {port}, and prints the name of the instance. {service} and {sourcePort} stand for the values of the query.',
      ),
  })
  .describe('A program that serves the addresses, such as {command: [nsd, -d], port: 53, protocol: dns}.');

export const sinkholesSchema = z
  .strictObject({
    routers: z
      .array(z.string())
      .min(1)
      .describe('The routers that get the addresses in an attack, each as a sinkhole; none may be an instance.'),
    above: z
      .int()
      .describe(
        'Packets a second, at all instances together. More than that is an attack, once it has lasted for the time `for`.',
      ),
    for: z.string().optional().describe('How long an attack begins and ends, such as 500ms; 1s by default.'),
  })
  .describe(
    'Who gets the addresses while the service is under attack: {routers: [sink1, sink2], above: 300, for: 500ms}.',
  );

export const serviceSchema = z
  .strictObject({
    addresses: z.array(z.string()).min(1).describe('The anycast addresses, IPv4 or IPv6, without a prefix length.'),
    instances: z
      .array(z.string())
      .min(1)
      .describe('The hosts that serve the addresses, each behind a different router.'),
    announce: z
      .enum(['host', 'router'])
      .optional()
      .describe('Who announces the addresses: the host itself (default), or its router on its behalf.'),
    allowSharedRouter: z
      .boolean()
      .optional()
      .describe(
        'true allows two instances behind one router. Otherwise an error: the router would use one of them only.',
      ),
    health: healthSchema.optional(),
    serve: z
      .union([z.enum(['identity', 'nsd', 'unbound', 'http']), serveCommandSchema])
      .optional()
      .describe(
        'What serves the addresses: identity, the built-in service (default); nsd, the name server NSD; unbound, the resolver Unbound; http, a small web server; or {command, port, protocol}, a program that runs on each instance.',
      ),
    zones: z
      .union([z.record(z.string(), z.string()), z.string()])
      .optional()
      .describe(
        'The zones that NSD serves, each as the text of its zone file (RFC 1035 section 5), relative to the name of the zone; or the service whose zones they are.',
      ),
    primary: z.string().optional().describe('The service that NSD fetches zones from, over the network, by AXFR.'),
    signed: z
      .union([z.boolean(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        'true signs all zones (DNSSEC); a list of names signs only these. Resolvers that begin at a signed root zone validate. Off by default.',
      ),
    roots: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('The services that serve the root zone to Unbound: it begins with their addresses, as root hints.'),
    http: z
      .boolean()
      .optional()
      .describe(
        'true: the built-in service also names the instance over HTTP, on port 80 of each address. Off by default.',
      ),
    store: z
      .string()
      .optional()
      .describe(
        'For http: the service that keeps the sessions of all instances; by default, each instance keeps its own.',
      ),
    sinkholes: sinkholesSchema.optional(),
    covering: z
      .strictObject({
        prefixes: z.array(z.string()).min(1).describe('Prefixes around the addresses, such as 192.0.2.0/24.'),
        instances: z
          .array(z.string())
          .min(1)
          .describe('The instances that announce these prefixes, but not the addresses themselves.'),
      })
      .optional()
      .describe('Shorter prefixes for BGP, announced by some instances as a fallback.'),
    capacity: z
      .union([z.number().positive().max(1e12), z.record(z.string(), z.number().positive().max(1e12))])
      .optional()
      .describe(
        'How much of the demand of clients an instance can carry, for predictions: one number for each, or a map such as {server-a: 500}.',
      ),
  })
  .describe('One anycast service.');
