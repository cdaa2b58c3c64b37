/** Values that several sections of `upgrade.yaml` share. */
import { z } from 'zod';

/** An RDS identifier. */
export const identifier = z
  .string()
  .regex(
    /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,62}$/,
    'an RDS identifier: lower-case letters, digits and single hyphens, at most 63',
  );

export const engineVersion = z
  .string()
  .regex(/^\d+\.\d+\.mysql_aurora\.\d+(\.\d+){1,2}$/, 'an Aurora MySQL engine version such as 8.0.mysql_aurora.3.08.2');

const DURATION = 'a duration such as 250ms, 90s, 15m, 48h or 7d';

/** `90s`, `15m`, `48h`, `250ms` in the file; milliseconds in code. */
export const duration = z
  .string(DURATION)
  .regex(/^\d{1,9}(ms|s|m|h|d)$/, DURATION)
  .transform((text) => parseDuration(text));

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a text that the duration pattern has accepted. */
export function parseDuration(text: string): number {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text);
  if (!match) throw new Error(`not a duration: ${text}`);
  return Number(match[1]) * (MS[match[2] ?? 'ms'] ?? 1);
}
