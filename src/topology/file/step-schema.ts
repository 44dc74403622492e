import * as z from 'zod';
import { agentProbeKinds, httpMethods, kindsWith, stepProbeKinds, type ProbeSetting } from '../model/probe-kind.js';
import { alternatives } from '../../support/suggest.js';
import { targetKinds, targetWords } from '../model/fault-target.js';
import { hasOwnWord, howsOf, kindsOfFault, type WordedFault } from '../model/fault.js';
import { floodProtocols, ownWordSentence, settingSentence } from '../model/fault-settings.js';
import { expectSchema } from './expect-schema.js';
import { impairmentShape } from './impairment-schema.js';

/** What something is worth. */
export const pointsSchema = z.int().min(0).max(1000).optional();

/** Faults that a step can name in place of `fail`. */
const ownWordShape = Object.fromEntries(
  kindsOfFault.filter(hasOwnWord).map((how) => [how, z.string().optional().describe(ownWordSentence(how))]),
) as Record<WordedFault, z.ZodOptional<z.ZodString>>;

const changeShape = {
  fail: z
    .string()
    .optional()
    .describe(
      'What fails: a node, a link "a/b", one end "a:eth1", an instance\'s service "service@a", a daemon "ospfd@a", all links between two sets "a+b/c+d", or a machine of a swarm "machine@worker1".',
    ),
  restore: z.string().optional().describe('What to restore, written as in the step that broke it.'),
  ...ownWordShape,
  how: z
    .enum(kindsOfFault)
    .optional()
    .describe(
      `How it fails: ${targetKinds.map((kind) => `${targetWords[kind]} by ${alternatives(howsOf(kind))}`).join('; ')}. The first of each is the default.`,
    ),
  for: z.string().optional().describe(settingSentence('for')),
  period: z.string().optional().describe(settingSentence('period')),
  keepRoutes: z.boolean().optional().describe(settingSentence('keepRoutes')),
  value: z.int().min(0).max(4_294_967_295).optional().describe(settingSentence('value')),
  announce: z.string().optional().describe(settingSentence('announce')),
  against: z.string().optional().describe(settingSentence('against')),
  packets: z.int().min(1).max(1000).optional().describe(settingSentence('packets')),
  forge: z.boolean().optional().describe(settingSentence('forge')),
  protocol: z.enum(floodProtocols).optional().describe(settingSentence('protocol')),
  ...impairmentShape,
};

export const changeSchema = z
  .strictObject(changeShape)
  .describe('One fault or repair among several at the same moment.');

const plainStepShape = {
  ...changeShape,
  together: z.array(changeSchema).min(1).optional().describe('Several faults and repairs at the same moment.'),
  expect: expectSchema.optional(),
  'wait-for': z
    .union([z.literal('settled'), expectSchema])
    .optional()
    .describe('What must hold before the scenario continues; settled: until routing has converged.'),
  probe: z
    .enum(stepProbeKinds)
    .optional()
    .describe(`Probes of one kind from clients: ${agentProbeKinds.join(', ')}, or a command that runs in them.`),
  from: z.string().optional().describe('For probe: client1, client1+client2 or all (default).'),
  to: z.string().optional().describe('For probe: a service, an address or a node; every service by default.'),
  port: z.int().min(1).max(65_535).optional().describe('For probe: the destination port.'),
  send: z
    .string()
    .optional()
    .describe(`${forProbe('send')}: the payload.`),
  path: z
    .string()
    .optional()
    .describe(`${forProbe('path')}: the path to request, such as /health.`),
  method: z
    .enum(httpMethods)
    .optional()
    .describe(`${forProbe('method')}: the method of the request, GET by default.`),
  cookies: z
    .boolean()
    .optional()
    .describe(`${forProbe('cookies')}: true keeps the cookies that an address sets, and sends them back to it.`),
  flows: z.int().min(1).max(8192).optional().describe('For probe: how many source ports each client uses.'),
  sourcePorts: z
    .array(z.int().min(1).max(65_535))
    .min(1)
    .optional()
    .describe('For probe: which source ports each client uses.'),
  command: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('For probe command: what runs in each client. sh runs a string; a list runs without a shell.'),
  points: pointsSchema.describe(
    'For grade: how many points each expectation of the step is worth, from 0 to 1000 (default: 1).',
  ),
  publish: z
    .string()
    .optional()
    .describe('A zone, which is published with its next serial wherever NSD serves it, and measured as RSSAC047 says.'),
  except: z
    .array(z.string())
    .min(1)
    .optional()
    .describe(
      'For publish: the services that are out of service, and the instances that cannot have the new serial, as dns@server-a.',
    ),
  timeout: z
    .string()
    .optional()
    .describe(
      'For probe: how long to wait for an answer, such as 500ms. For publish: how long the new serial may take, 10s by default.',
    ),
};

/** The kinds of probes that have a setting, as the beginning of the description of its key. */
function forProbe(setting: ProbeSetting): string {
  return `For probe ${alternatives(kindsWith(setting), 'and')}`;
}

export const plainStepSchema = z.strictObject(plainStepShape).describe('One of the repeated steps.');

export const stepSchema = z
  .strictObject({
    ...plainStepShape,
    repeat: z.int().min(1).max(1000).optional().describe('How many times to play the steps below.'),
    steps: z.array(plainStepSchema).min(1).optional().describe('The repeated steps.'),
  })
  .describe('One step: a change, a look at the lab or a probe, and what must be seen then.');
