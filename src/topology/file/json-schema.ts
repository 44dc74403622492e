import * as z from 'zod';
import { fileSchema } from './schema.js';

/** The JSON Schema of topology files, for editors and other tools, as the text of `topologies/topology.schema.json`. */
export function topologyJsonSchema(): string {
  const { $schema, ...schema } = z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-7' });
  const titled = { $schema, $id: 'urn:nearcast:topology', title: 'nearcast topology', ...schema };
  return `${JSON.stringify(titled, undefined, 2)}\n`;
}
