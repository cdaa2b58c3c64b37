/** `state` of `upgrade.yaml`: a file of this machine or an object that a team shares. */
import { z } from 'zod';

/** Any other scheme would be taken for a folder of that name. */
const PLACE = /^(?!\w+:\/\/)\S.*$|^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/\S*[^\s/]$/;

export const stateSchema = z
  .string()
  .regex(PLACE, 'a path, or s3://bucket/key')
  .optional()
  .describe(
    'Where the state lies: a path, or `s3://bucket/key` for a team (a bucket with versioning; move with `state migrate`). Default .aurora-cutover/<name>.state.json beside this file.',
  );
