/** `green.changes` of `upgrade.yaml`: schema changes that are made on green on purpose. */
import { z } from 'zod';

/** A path as it is written; the loader puts the text of the file beside it, so that a plan is bound to both. */
export const changesSchema = z
  .array(
    z
      .string()
      .min(1)
      .transform((file) => ({ file, sql: '' })),
  )
  .default([])
  .describe(
    'Files of DDL, carried out on green once it follows blue, in this order; see docs/changes.md. Tables are written with their schema.',
  );
