import * as z from 'zod';
import { settingSentence } from '../model/fault-settings.js';

export const impairmentShape = {
  delay: z.string().optional().describe(settingSentence('delay')),
  jitter: z.string().optional().describe(settingSentence('jitter')),
  loss: z.string().optional().describe(settingSentence('loss')),
  duplicate: z.string().optional().describe(settingSentence('duplicate')),
  reorder: z.string().optional().describe(settingSentence('reorder')),
  corrupt: z.string().optional().describe(settingSentence('corrupt')),
  rate: z.string().optional().describe(settingSentence('rate')),
};
