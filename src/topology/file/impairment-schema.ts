import { z } from 'zod';

export const impairmentShape = {
  delay: z.string().optional().describe('How long each packet waits, such as 10ms.'),
  jitter: z.string().optional().describe('By how much the delay varies, to either side, such as 2ms.'),
  loss: z.string().optional().describe('The share of packets that is lost, such as 1%.'),
  duplicate: z.string().optional().describe('The share of packets that arrives twice, such as 0.5%.'),
  reorder: z.string().optional().describe('The share of packets that overtakes the others, such as 5%; needs a delay.'),
  corrupt: z.string().optional().describe('The share of packets with a wrong bit, such as 0.1%.'),
  rate: z.string().optional().describe('How much gets through, such as 10mbit.'),
};
