import * as z from 'zod';
import { impairmentWords, settingSentence, type ImpairmentWord } from '../model/fault-settings.js';

type ImpairmentShape = Record<ImpairmentWord, z.ZodOptional<z.ZodString>>;

export const impairmentShape = Object.fromEntries(
  impairmentWords.map((word) => [word, z.string().optional().describe(settingSentence(word))]),
) as ImpairmentShape;
