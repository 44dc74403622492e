import * as z from 'zod';
import { selections } from '../model/selection.js';
import { impairmentShape } from './impairment-schema.js';
import { detectionShape, policySchema } from './routing-schema.js';

export const healthSchema = z
  .strictObject({
    check: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "A command run on the instance's host: status 0 means that it serves. A string is run by sh, a list as it stands. Without it, the built-in service is asked for its name over loopback.",
      ),
    interval: z.string().optional().describe('How often it is asked, such as 100ms.'),
    timeout: z.string().optional().describe('How long it may take to answer, such as 100ms.'),
    rise: z
      .int()
      .optional()
      .describe('So many answers in a row, and the address is announced; 2 where nothing is said.'),
    fall: z.int().optional().describe('So many failures in a row, and it is withdrawn; 2 where nothing is said.'),
    lastResort: z.string().optional().describe('The instance that stays announced when all of them fail.'),
  })
  .describe('How each instance is watched.');

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
        'The autonomous system of a router, or of a host that announces: BGP to other systems, OSPF and BGP within its own.',
      ),
    frr: z
      .string()
      .optional()
      .describe(
        'FRRouting configuration lines added to the ones nearcast writes. For routers, and hosts that announce.',
      ),
    sysctls: z
      .record(z.string(), z.union([z.string(), z.int()]))
      .optional()
      .describe('Kernel settings of this node, such as net.ipv4.tcp_syncookies: 0.'),
    selection: z
      .union([z.enum(selections), z.record(z.string(), z.enum(selections))])
      .optional()
      .describe(
        'How a router chooses among the instances that it knows, whatever they cost: nearest (default); hash, by flow; random or round-robin, for each packet; load, by flow and by what instances report. One word, or one for each service.',
      ),
    exec: z
      .array(z.union([z.string(), z.array(z.string()).min(1)]))
      .optional()
      .describe('Commands run in the node once its interfaces are up. A string is run by sh, a list as it stands.'),
    image: z
      .string()
      .optional()
      .describe(
        "The container image of this node, such as nginx:1.27, for the docker runtime; nearcast's own where nothing is said. A router, or a host that announces, needs one with FRRouting in it.",
      ),
    binds: z
      .array(z.string())
      .optional()
      .describe(
        'Folders or files of the machine the engine runs on, as docker run -v takes them: "/on/the/engine:/in/the/container:ro". For the docker runtime.',
      ),
    env: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe('Environment variables of the container. For the docker runtime.'),
    cmd: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        "What the container runs, in place of its image's command; beside FRRouting where the node runs it. A string is run by sh, a list as it stands. For the docker runtime.",
      ),
    ...detectionShape,
  })
  .describe('One node, such as {kind: host}.');

export const endSchema = z.string().describe('A node, or one of its interfaces: "router1" or "router1:eth1".');

export const linkSchema = z
  .strictObject({
    endpoints: z.tuple([endSchema, endSchema]).describe('The two ends of the link.'),
    cost: z.int().min(1).max(65_535).optional().describe('OSPF cost in both directions; 1 where nothing is said.'),
    mtu: z
      .int()
      .min(1280)
      .max(9216)
      .optional()
      .describe('Largest packet in bytes. IPv6 needs 1280 (RFC 8200 section 5).'),
    prefix: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        'The prefix of the link, or a list of one IPv4 and one IPv6 prefix. Chosen by nearcast where nothing is said.',
      ),
    relation: z
      .enum(['customer-provider', 'provider-customer', 'peer'])
      .optional()
      .describe(
        'Between two autonomous systems: what the first end is to the second. Routes of a peer or provider are told to customers only.',
      ),
    policy: z
      .record(z.string(), policySchema)
      .optional()
      .describe('Between two autonomous systems: what each end, by its node, does with anycast routes.'),
    ...impairmentShape,
    ...detectionShape,
  })
  .describe('A link with settings of its own.');

export const serveCommandSchema = z
  .strictObject({
    command: z
      .array(z.string())
      .min(1)
      .describe(
        'The program and its words. {node}, {service}, {port}, {address} (the first of the service) and {local} (where checks ask) stand for what the instance has.',
      ),
    port: z.int().min(1).max(65_535).describe('The port that it listens on.'),
    protocol: z
      .enum(['dns', 'http', 'tcp', 'udp'])
      .describe(
        'What it speaks there: dns is asked for its identity, http for /whoami; tcp and udp need "identify", which says how.',
      ),
    identify: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'A command that a client runs to learn which instance answers: it asks at {address} and {port}, and prints the name of the instance. {service} and {sourcePort} stand for what the question has.',
      ),
  })
  .describe('A program that serves, such as {command: [nsd, -d], port: 53, protocol: dns}.');

export const serviceSchema = z
  .strictObject({
    addresses: z.array(z.string()).min(1).describe('The anycast addresses, IPv4 or IPv6, without a prefix length.'),
    instances: z
      .array(z.string())
      .min(1)
      .describe('The hosts that serve the addresses, each behind a router of its own.'),
    announce: z
      .enum(['host', 'router'])
      .optional()
      .describe('Who announces the addresses: the host itself (default), or its router on its behalf.'),
    allowSharedRouter: z
      .boolean()
      .optional()
      .describe(
        'true lets two instances sit behind one router. Normally an error: the router would see one of them only.',
      ),
    health: healthSchema.optional(),
    serve: z
      .union([z.enum(['identity', 'nsd', 'http']), serveCommandSchema])
      .optional()
      .describe(
        'What serves the addresses: identity, the built-in service (default); nsd, the name server NSD; http, a small web server; or {command, port, protocol}, a program that runs on each instance.',
      ),
    zones: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        'The zones that NSD serves, each as the text of its zone file (RFC 1035 section 5), relative to the name of the zone.',
      ),
    http: z
      .boolean()
      .optional()
      .describe(
        'true: the built-in service also names the instance over HTTP, on port 80 of each address. Off where nothing is said.',
      ),
    covering: z
      .strictObject({
        prefixes: z.array(z.string()).min(1).describe('Prefixes around the addresses, such as 192.0.2.0/24.'),
        instances: z
          .array(z.string())
          .min(1)
          .describe('The instances that announce these, and not the addresses themselves.'),
      })
      .optional()
      .describe('Shorter prefixes for BGP, announced by some instances as a fallback.'),
  })
  .describe('One anycast service.');
