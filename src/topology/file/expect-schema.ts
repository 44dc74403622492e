import { z } from 'zod';

const oneAnswer = z.union([z.string(), z.array(z.string()).min(1), z.record(z.string(), z.string())]);

export const answerSchema = z
  .union([z.string(), z.array(z.string()).min(1), z.record(z.string(), oneAnswer)])
  .describe(
    'The instance that must answer this client, a list of which one must, shares of its flows such as {server-a: 50% +- 5%}, or nobody; with several services {service: instance}.',
  );

const routesSchema = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])));

export const expectSchema = z
  .object({
    within: z
      .string()
      .optional()
      .describe('How long it may take to hold, such as 500ms or 2s; 10s where nothing is said.'),
    stable: z.string().optional().describe('For how long it must go on to hold, such as 2s.'),
    outage: z
      .string()
      .optional()
      .describe('How long no client may be without an answer, such as 500ms; 0ms where none may be lost.'),
    lost: z.int().min(0).optional().describe('How many probes of one flow may be lost.'),
    duplicates: z.int().min(0).optional().describe('How many questions may be answered twice.'),
    brokenFlows: z.int().min(0).optional().describe('How many TCP connections that were open may break.'),
    moved: z
      .union([z.int().min(0), z.array(z.string())])
      .optional()
      .describe('How many clients may move to another instance; or the list of those that must, and no others.'),
    collateral: z
      .int()
      .min(0)
      .optional()
      .describe('How many clients may move though their instance could still be reached.'),
    path: z
      .record(z.string(), z.array(z.string()).min(1))
      .optional()
      .describe('The nodes that a question passes, the instance last: {client1: [router1, server-a]}.'),
    cost: z
      .record(z.string(), z.int().min(0))
      .optional()
      .describe('The sum of the link costs from the first router to the instance: {client1: 1}.'),
    rtt: z.record(z.string(), z.string()).optional().describe('How long a round trip may take: {client1: 20ms}.'),
    rib: routesSchema
      .optional()
      .describe(
        "The neighbors by which a router's routing table leads to a service or prefix, or none: {router1: {service: router2}}.",
      ),
    fib: routesSchema
      .optional()
      .describe(
        "The neighbors by which a router's kernel sends to a service or prefix, or none: {router1: {service: router2}}.",
      ),
    fate: z
      .record(z.string(), z.enum(['answered', 'silent', 'loop', 'refused', 'unreachable']))
      .optional()
      .describe('What becomes of the questions: answered, silent (a blackhole), loop, refused or unreachable.'),
    status: z
      .record(z.string(), z.int())
      .optional()
      .describe('The status of HTTP, or with which a command ends: {client1: 200}.'),
    output: z
      .record(z.string(), z.string())
      .optional()
      .describe('What an answer or a command says: a text in it, or /a regular expression/.'),
    confidence: z
      .string()
      .optional()
      .describe('How sure a share of flows must be, such as 95%; 99% where nothing is said.'),
  })
  .catchall(answerSchema)
  .describe('What must be seen, by client (client1, client1+client2 or all), and what it may cost.');
