import * as client from '@aws-sdk/client-sts';
import type { GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import { ACCOUNT_ID } from '../new-document';
import type { Service } from '../service';
import { queryProtocol } from '../wire/query';

export function stsService(): Service {
  return {
    scope: 'sts',
    client,
    protocol: queryProtocol('https://sts.amazonaws.com/doc/2011-06-15/'),
    handlers: {
      GetCallerIdentity: (): GetCallerIdentityResponse => ({
        Account: ACCOUNT_ID,
        Arn: `arn:aws:iam::${ACCOUNT_ID}:user/lab`,
        UserId: 'AIDALAB0000000000000',
      }),
    },
  };
}
