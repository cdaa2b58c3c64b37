/** `prewarm` and `replay` of `upgrade.yaml`: the application's own reads, run on the side that will serve. */
import { z } from 'zod';

import { duration } from './scalars';

const functionName = z.string().regex(/^[\w$]+(\.[\w$]+)?$/, 'name or schema.name of a stored function');

export const prewarmSchema = z.strictObject({
  tables: z
    .array(z.string().regex(/^[^.]+\.[^.]+$/, 'schema.table; * stands for any characters'))
    .default([])
    .describe(
      'Tables whose indexes are read into the buffer pool as far as they fit, the largest first; * stands for any characters.',
    ),
  file: z
    .string()
    .optional()
    .describe(
      'File with the read statements to run instead of those that blue keeps: statements that end in `;`, or a slow query log.',
    ),
  time: duration.default(10 * 60_000).describe('How long `npm run prewarm` may take on each instance.'),
  readers: z.boolean().default(true).describe('Prewarm the readers as well as the writer.'),
  statements: z.number().int().min(1).max(5_000).default(200).describe('Kinds of reads to run, the costliest first.'),
  connections: z.number().int().min(1).max(64).default(4).describe('Connections to each instance.'),
  functions: z
    .array(functionName)
    .default([])
    .describe(
      'Stored functions that a read may call; a read that calls another one is not run, by `prewarm` or by `replay`.',
    ),
});

export const replaySchema = z.strictObject({
  statements: z
    .number()
    .int()
    .min(1)
    .max(5_000)
    .default(200)
    .describe('Kinds of reads to compare, the costliest first.'),
  texts: z.number().int().min(1).max(100).default(3).describe('Statements of each kind, with different values.'),
  runs: z.number().int().min(1).max(20).default(2).describe('Runs of each statement on each side; the fastest counts.'),
  rows: z.number().int().min(1).max(1_000_000).default(10_000).describe('Rows of an answer to compare.'),
  accepted: z
    .array(z.string().regex(/^[0-9a-f]{12}$/, 'the id of a read, as `npm run replay` prints it'))
    .default([])
    .describe('Reads whose difference somebody has looked at and accepts; they stay visible.'),
});
