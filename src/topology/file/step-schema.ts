import * as z from 'zod';
import { agentProbeKinds, stepProbeKinds } from '../model/probe-kind.js';
import { alternatives } from '../../support/suggest.js';
import { targetKinds, targetWords } from '../model/fault-target.js';
import { howsOf, kindsOfFault } from '../model/fault.js';
import { settingSentence } from '../model/fault-settings.js';
import { expectSchema } from './expect-schema.js';
import { impairmentShape } from './impairment-schema.js';

const changeShape = {
  fail: z
    .string()
    .optional()
    .describe(
      'What to break: a node, a link "a/b", one end "a:eth1", an instance\'s service "service@a", a daemon "ospfd@a", or all links between two sets "a+b/c+d".',
    ),
  restore: z.string().optional().describe('What to mend, written as in the step that broke it.'),
  drain: z.string().optional().describe('A node that asks not to be used.'),
  impair: z
    .string()
    .optional()
    .describe(
      'A link, or one end, whose packets are late or lost: with delay, jitter, loss, duplicate, reorder, corrupt or rate.',
    ),
  how: z
    .enum(kindsOfFault)
    .optional()
    .describe(
      `In which way it fails: ${targetKinds.map((kind) => `${targetWords[kind]} by ${alternatives(howsOf(kind))}`).join('; ')}. The first is meant where nothing is said.`,
    ),
  for: z.string().optional().describe(settingSentence('for')),
  period: z.string().optional().describe(settingSentence('period')),
  keepRoutes: z.boolean().optional().describe(settingSentence('keepRoutes')),
  value: z.int().min(0).max(4_294_967_295).optional().describe(settingSentence('value')),
  announce: z.string().optional().describe(settingSentence('announce')),
  ...impairmentShape,
};

export const changeSchema = z
  .strictObject(changeShape)
  .describe('One of several things that happen at the same moment.');

const plainStepShape = {
  ...changeShape,
  together: z.array(changeSchema).min(1).optional().describe('Several faults and repairs at the same moment.'),
  expect: expectSchema.optional(),
  'wait-for': z
    .union([z.literal('settled'), expectSchema])
    .optional()
    .describe('What must hold before the scenario goes on; or settled, for routing to have come to rest.'),
  probe: z
    .enum(stepProbeKinds)
    .optional()
    .describe(`Questions of one kind from clients: ${agentProbeKinds.join(', ')}, or a command that runs in them.`),
  from: z
    .string()
    .optional()
    .describe('For probe: client1, client1+client2, or all, which is meant where nothing is said.'),
  to: z
    .string()
    .optional()
    .describe('For probe: a service, an address or a node; every service where nothing is said.'),
  port: z.int().min(1).max(65_535).optional().describe('For probe: the port that is asked.'),
  send: z.string().optional().describe('For probe udp and tcp: what is sent.'),
  path: z.string().optional().describe('For probe http: what is asked for, such as /health.'),
  flows: z.int().min(1).max(8192).optional().describe('For probe: from how many source ports each client asks.'),
  sourcePorts: z
    .array(z.int().min(1).max(65_535))
    .min(1)
    .optional()
    .describe('For probe: from which source ports each client asks.'),
  command: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('For probe command: what runs in each client. A string is run by sh, a list as it stands.'),
  timeout: z.string().optional().describe('For probe: how long one answer may take, such as 500ms.'),
};

export const plainStepSchema = z.strictObject(plainStepShape).describe('One step of what is repeated.');

export const stepSchema = z
  .strictObject({
    ...plainStepShape,
    repeat: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('How many times the steps below are played, one round after the other.'),
    steps: z.array(plainStepSchema).min(1).optional().describe('What is repeated.'),
  })
  .describe('One step: change something, look at the lab, or probe it, and say what must be seen then.');
