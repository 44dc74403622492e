import * as z from 'zod';
import type { Path } from './tree.js';

/** What a schema says of the value at a path, in one line; undefined if it has no such place, or says nothing of it. */
export function descriptionAt(schema: z.ZodType, path: Path): string | undefined {
  const within = inner(schema).flatMap((each) => descriptionAt(each, path) ?? [])[0];
  if (within !== undefined) return within;
  const [step, ...rest] = path;
  if (step === undefined) return schema.description;
  return below(schema, step).flatMap((each) => descriptionAt(each, rest) ?? [])[0];
}

/** The schemas that take the same value in place of this one. */
function inner(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional) return schema.description === undefined ? [asType(schema.unwrap())] : [];
  return schema instanceof z.ZodUnion ? schema.options.map(asType) : [];
}

/** The schemas of what has this name or number in a value. */
function below(schema: z.ZodType, step: string | number): readonly z.ZodType[] {
  if (schema instanceof z.ZodOptional) return below(asType(schema.unwrap()), step);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((each) => below(asType(each), step));
  if (schema instanceof z.ZodObject) {
    const { [step]: own } = schema.shape as Readonly<Record<string, z.ZodType | undefined>>;
    return own === undefined ? [] : [own];
  }
  if (schema instanceof z.ZodRecord) return [asType(schema.valueType)];
  if (schema instanceof z.ZodArray) return [asType(schema.element)];
  return [];
}

/** Zod types the parts of a schema by its core only. */
function asType(part: unknown): z.ZodType {
  return part as z.ZodType;
}
