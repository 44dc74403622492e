import * as z from 'zod';
import { expectSchema, type answerSchema } from './expect-schema.js';
import {
  aggregateSchema,
  endSchema,
  frrVersionOfAll,
  healthSchema,
  sinkholesSchema,
  linkSchema,
  nodeSchema,
  serveCommandSchema,
  serviceSchema,
} from './network-schema.js';
import { bgpSchema, bgpTimersSchema, exceptSchema, ownFrrSchema, policySchema, routeSchema } from './routing-schema.js';
import { changeSchema, plainStepSchema, pointsSchema, stepSchema } from './step-schema.js';

/*
 * The shape of a topology file, and nothing else: which keys, which types, which numbers. What the words mean together
 * is checked in checks/. Kept plain, so that the JSON Schema for editors says the same (json-schema.ts).
 */

const placeSchema = z
  .strictObject({
    machine: z
      .union([z.string(), z.array(z.string().describe('The host name of a machine, such as worker1.')).min(1)])
      .optional()
      .describe('The host name of the machine, or a list of machines.'),
    label: z.string().optional().describe('A label that the machine must have, such as rack=1.'),
  })
  .describe('Which machines may have these nodes: {machine: worker1}, or {label: rack=1}.');

/** The topology file as it is written. */
export const fileSchema = z.strictObject({
  name: z.string().describe('The name of the topology: letters, digits and hyphens.'),
  title: z.string().optional().describe('One line for people: what the topology shows.'),
  runtime: z
    .enum(['netns', 'docker', 'swarm'])
    .optional()
    .describe('Where the nodes run, unless the command line says otherwise: netns (plain Linux namespaces) or docker.'),
  frrVersion: frrVersionOfAll,
  nodes: z.record(z.string(), nodeSchema).describe('The nodes by name.'),
  links: z
    .array(z.union([z.tuple([endSchema, endSchema]), linkSchema]))
    .optional()
    .describe('The links, each a pair of ends, such as [client1, router1], or a map with endpoints and settings.'),
  anycast: z.record(z.string(), serviceSchema).optional().describe('The anycast services by name.'),
  expect: expectSchema.optional().describe('What must hold once the network has converged.'),
  scenario: z
    .array(stepSchema)
    .optional()
    .describe('What fails and is restored, in order, and what must hold after each step.'),
  points: pointsSchema.describe(
    'For grade: how many points each expectation in "expect" is worth, from 0 to 1000 (default: 1).',
  ),
  cause: z
    .strictObject({
      is: z
        .union([z.string(), z.array(z.string()).min(1)])
        .describe('What a submission must name as its diagnosis: a target, or a list of which each is right.'),
      points: pointsSchema.describe('How many points the right diagnosis is worth, from 0 to 1000 (default: 1).'),
    })
    .optional()
    .describe('For grade: what is broken in the network that students were given.'),
  diagnosis: z
    .string()
    .optional()
    .describe('In a submission: what is broken in the network that the student was given, such as router1/server-a.'),
  place: z
    .record(z.string(), placeSchema)
    .optional()
    .describe(
      'On several machines: which of them may have a node, the nodes that fit a pattern such as "eu-*", or an autonomous system (its number).',
    ),
  vary: z
    .record(
      z.string(),
      z.union([
        z.array(z.union([z.string(), z.number()])).min(1),
        z.strictObject({ from: z.int(), to: z.int() }),
        z.strictObject({ in: z.string() }),
      ]),
    )
    .optional()
    .describe(
      'What differs between students, for --student: a list to choose from, {from: 5, to: 20}, or {in: 192.0.2.0/24}. $name stands for the value.',
    ),
  student: z.string().optional().describe('In a submission: whose network this is, as handout writes it.'),
  variant: z
    .string()
    .optional()
    .describe("In a submission: which of the exam's networks this is, as handout writes it."),
  play: z
    .enum(['test', 'up'])
    .optional()
    .describe('Which verb plays the scenario: only "test" (default), or "up" too.'),
  routing: z
    .enum(['nearcast', 'ospf', 'isis', 'none'])
    .optional()
    .describe(
      'What the routers speak within their system: ospf (default, also called nearcast), or isis. none: routers start without any routing, for you to configure.',
    ),
  unnumbered: z
    .boolean()
    .optional()
    .describe(
      'true: links between routers have no addresses of their own, but those of the routers. Default: true from 80 routers on.',
    ),
  forecast: z
    .enum(['on', 'off'])
    .optional()
    .describe(
      'on (default): nearcast waits for the routes that it expects. off: it waits until routing is quiet; for "frr" lines that change routing.',
    ),
  bgp: bgpSchema.optional(),
});

/** What a file says once its shape was checked; still with its shorthands and without defaults. */
export type TopologyFile = z.output<typeof fileSchema>;
export type FileNode = z.output<typeof nodeSchema>;
export type FileService = z.output<typeof serviceSchema>;
export type FileLink = NonNullable<TopologyFile['links']>[number];
export type FilePlace = z.output<typeof placeSchema>;
export type FileStep = z.output<typeof stepSchema>;
export type FileChange = z.output<typeof changeSchema>;
export type FileExpectations = z.output<typeof expectSchema>;
export type FileAnswer = z.output<typeof answerSchema>;

/** The keys that are valid at a place, `*` standing for a name or a number; for did-you-mean. */
export const keysByPlace: ReadonlyMap<string, readonly string[]> = new Map([
  ['', Object.keys(fileSchema.shape)],
  ['nodes.*', Object.keys(nodeSchema.shape)],
  ['nodes.*.aggregates.*', Object.keys(aggregateSchema.shape)],
  ['nodes.*.routes.*', Object.keys(routeSchema.shape)],
  ['nodes.*.frr', Object.keys(ownFrrSchema.shape)],
  ['links.*', Object.keys(linkSchema.shape)],
  ['anycast.*', Object.keys(serviceSchema.shape)],
  ['scenario.*', Object.keys(stepSchema.shape)],
  ['scenario.*.steps.*', Object.keys(plainStepSchema.shape)],
  ['scenario.*.together.*', Object.keys(changeSchema.shape)],
  ['scenario.*.steps.*.together.*', Object.keys(changeSchema.shape)],
  ['anycast.*.health', Object.keys(healthSchema.shape)],
  ['anycast.*.serve', Object.keys(serveCommandSchema.shape)],
  ['anycast.*.sinkholes', Object.keys(sinkholesSchema.shape)],
  ['anycast.*.covering', ['prefixes', 'instances']],
  ['bgp', Object.keys(bgpSchema.shape)],
  ['place.*', Object.keys(placeSchema.shape)],
  ['cause', ['is', 'points']],
  ['vary.*', ['from', 'to', 'in']],
  ['nodes.*.bgp', Object.keys(bgpTimersSchema.shape)],
  ['links.*.bgp', Object.keys(bgpTimersSchema.shape)],
  ['links.*.policy.*', Object.keys(policySchema.shape)],
  ['links.*.policy.*.except.*', Object.keys(exceptSchema.shape)],
]);
