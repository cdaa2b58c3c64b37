import { parseLines, type ResourceSchema } from './schema';

/** The provider block: only what concerns the lab; endpoint and credentials come from the environment. */
export const PROVIDER: ResourceSchema = {
  version: 0,
  isLegacy: true,
  attributes: parseLines({
    region: 'string optional',
    max_retries: 'number optional',
    skip_credentials_validation: 'bool optional',
    skip_metadata_api_check: 'string optional',
    skip_region_validation: 'bool optional',
    skip_requesting_account_id: 'bool optional',
  }),
  defaults: {},
  blocks: {
    default_tags: {
      nesting: 'list',
      maxItems: 1,
      replaces: false,
      attributes: parseLines({ tags: 'map(string) optional' }),
      defaults: {},
    },
  },
};
