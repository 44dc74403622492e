import * as z from 'zod';

const bfdSchema = z
  .union([
    z.boolean(),
    z.strictObject({
      interval: z.string().optional().describe('How often each end sends, such as 50ms; from 10ms to 60s.'),
      multiplier: z
        .int()
        .optional()
        .describe('After so many intervals without a packet the other end is down; from 2 to 255.'),
    }),
  ])
  .describe('Bidirectional forwarding detection: true for 300ms x 3, or {interval: 50ms, multiplier: 3}.');

const ospfSchema = z
  .strictObject({
    hello: z
      .string()
      .optional()
      .describe('How often OSPF sends a hello, such as 1s; below a second for OSPFv2 only, and with dead: 1s.'),
    dead: z
      .string()
      .optional()
      .describe('After so long without a hello the neighbor is down, in whole seconds, such as 4s.'),
  })
  .describe("OSPF's timers, in place of nearcast's fast ones.");

const timersSchema = z
  .enum(['fast', 'datacenter', 'internet'])
  .describe(
    "fast: hold time 3 s, no waiting; datacenter: 9 s; internet: the protocol's own defaults, 180 s, and 30 s between announcements.",
  );

export const bgpTimersSchema = z
  .strictObject({
    timers: timersSchema.optional(),
    keepalive: z.string().optional().describe('How often BGP sends a keepalive, in whole seconds, such as 1s.'),
    hold: z.string().optional().describe('After so long without a message the BGP neighbor is down, such as 3s.'),
  })
  .describe("BGP's timers, on the sessions over this link, or of this node.");

export const detectionShape = {
  bfd: bfdSchema.optional(),
  ospf: ospfSchema.optional(),
  bgp: bgpTimersSchema.optional(),
};

const preference = z.int().min(0).max(4_294_967_295).optional();
const prepended = z.int().min(1).max(10).optional();

export const exceptSchema = z
  .strictObject({
    prefix: z.string().optional().describe('The routes to this prefix, such as 198.51.100.0/24.'),
    community: z.string().optional().describe('The routes that carry this community, such as "65001:100".'),
    localPreference: preference.describe('On received routes: their preference.'),
    refuse: z.boolean().optional().describe('true: they are not taken.'),
    med: preference.describe('On announced routes: their metric.'),
    prepend: prepended.describe('On announced routes: how many times to prepend the own AS number.'),
    communities: z.array(z.string()).min(1).optional().describe('On announced routes: communities that they get.'),
    withhold: z.boolean().optional().describe('true: they are not announced.'),
  })
  .describe('What is done otherwise with some routes, such as {community: "65001:100", localPreference: 50}.');

export const policySchema = z
  .strictObject({
    localPreference: z
      .int()
      .min(0)
      .max(4_294_967_295)
      .optional()
      .describe('On received routes: the highest is preferred.'),
    med: z
      .int()
      .min(0)
      .max(4_294_967_295)
      .optional()
      .describe('On announced routes: the neighbor prefers the lowest among routes of one AS.'),
    prepend: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe('On announced routes: how many times to prepend the own AS number.'),
    communities: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'On announced routes: NO_EXPORT, NO_ADVERTISE, GRACEFUL_SHUTDOWN, BLACKHOLE, or one of your own such as "65001:100".',
      ),
    bandwidth: z
      .string()
      .optional()
      .describe('On announced routes: the weight of this path among equal ones, such as 100mbit.'),
    strip: z
      .union([z.enum(['all']), z.array(z.string()).min(1)])
      .optional()
      .describe('On announced routes: communities that they lose before they get new ones; all, or a list.'),
    except: z
      .array(exceptSchema)
      .min(1)
      .optional()
      .describe('What is done otherwise with some routes; the first that fits counts.'),
    accept: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('On received routes: only these prefixes, such as [192.0.2.0/24, 10.0.0.0/8 le 24].'),
    announce: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('On announced routes: only these prefixes, such as [192.0.2.0/24, 10.0.0.0/8 ge 16 le 24].'),
    defaultOriginate: z.boolean().optional().describe('true: also announces a default route to this neighbor.'),
    allowAsIn: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe('On received routes: how often the own AS number may be in the path.'),
    removePrivateAs: z
      .boolean()
      .optional()
      .describe('true: takes private AS numbers out of the paths that it announces.'),
  })
  .describe('What a node does with anycast routes here.');

export const routeSchema = z
  .strictObject({
    to: z.string().describe('The prefix, such as 198.51.100.0/24, or 0.0.0.0/0 for a default route.'),
    via: z.string().describe('The neighbor that packets go to, or blackhole: they are discarded.'),
    interface: z
      .string()
      .optional()
      .describe("The router's own interface that leads there, such as eth2; the first one by default."),
    distance: z
      .int()
      .optional()
      .describe('1 to 19 comes before what protocols know (default: 1); 201 to 255 after it.'),
  })
  .describe('A static route, such as {to: 198.51.100.0/24, via: router2}.');

export const routesSchema = z
  .array(routeSchema)
  .min(1)
  .describe('Static routes of a router, such as [{to: 0.0.0.0/0, via: router2}].');

export const bgpSchema = z
  .strictObject({
    timers: timersSchema.optional(),
    multipath: z
      .enum(['none', 'same-as', 'any-as'])
      .optional()
      .describe(
        'Whether equal routes share the load: none (default), those from the same neighboring AS, or those from any AS.',
      ),
    reflectors: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'Routers that reflect routes to all others of their AS, which have no sessions with each other: [router1, router2].',
      ),
  })
  .describe('How the nodes with an asn speak BGP.');

export const ownFrrSchema = z
  .strictObject({
    file: z.string().optional().describe('The configuration, frr.conf, by its path from the topology file.'),
    folder: z
      .string()
      .optional()
      .describe(
        'A folder with frr.conf in it, or with a file of each daemon (ospfd.conf), and perhaps the file daemons; it may be empty, or missing, at first.',
      ),
    daemons: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        'Which daemons run, such as [ospfd, bgpd], or a file that says it as FRRouting has it (bgpd=yes). By default those that the configuration needs.',
      ),
    quagga: z
      .boolean()
      .optional()
      .describe(
        'true: the configuration was written for Quagga, so its BGP needs no policies, and announces networks that no route leads to. Off by default.',
      ),
  })
  .describe('A whole FRRouting configuration of your own.');
