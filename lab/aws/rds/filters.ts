import type { Filter } from '@aws-sdk/client-rds';

/** Values of one filter, ARNs reduced to their ids; undefined when the call does not use the filter. */
export function filterValues(filters: readonly Filter[] | undefined, name: string): readonly string[] | undefined {
  const filter = filters?.find((candidate) => candidate.Name === name);
  return filter?.Values?.map((value) =>
    (value.startsWith('arn:') ? (value.split(':').pop() ?? value) : value).toLowerCase(),
  );
}
