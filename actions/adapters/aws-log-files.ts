import type { LogFiles } from '../ports/log-files';
import { ask, lazy, type AwsSettings } from './aws-call';
import { isNamed } from './aws-errors';

/** A log of prechecks has kilobytes; what goes on beyond this is something else. */
const MAX_PORTIONS = 64;

export function logFiles(settings: AwsSettings): LogFiles {
  const rds = lazy(async () => {
    const sdk = await import('@aws-sdk/client-rds');
    return { sdk, client: new sdk.RDSClient({ region: settings.region }) };
  });

  /** RDS rotates logs: the same name may stand behind a folder or before a date. */
  const newest = async (DBInstanceIdentifier: string, FilenameContains: string): Promise<string | undefined> => {
    const { sdk, client } = await rds();
    const command = new sdk.DescribeDBLogFilesCommand({ DBInstanceIdentifier, FilenameContains });
    const files = await ask(
      settings,
      'rds:DescribeDBLogFiles',
      async (options) => (await client.send(command, options)).DescribeDBLogFiles ?? [],
      noneIfAbsent,
    );
    return files.toSorted((a, b) => (b.LastWritten ?? 0) - (a.LastWritten ?? 0))[0]?.LogFileName;
  };

  return {
    async read(DBInstanceIdentifier, name) {
      const LogFileName = await newest(DBInstanceIdentifier, name);
      if (LogFileName === undefined) return undefined;
      const { sdk, client } = await rds();
      let text = '';
      // From the beginning: without a marker RDS answers with the end of the file.
      let Marker: string | undefined = '0';
      for (let portion = 0; Marker !== undefined && portion < MAX_PORTIONS; portion++) {
        const command: InstanceType<typeof sdk.DownloadDBLogFilePortionCommand> =
          new sdk.DownloadDBLogFilePortionCommand({ DBInstanceIdentifier, LogFileName, Marker });
        const answer = await ask(settings, 'rds:DownloadDBLogFilePortion', (options) => client.send(command, options));
        text += answer.LogFileData ?? '';
        Marker = answer.AdditionalDataPending === true ? answer.Marker : undefined;
      }
      return text;
    },
  };
}

function noneIfAbsent(error: unknown): [] | undefined {
  return isNamed(error, 'DBInstanceNotFound', 'DBInstanceNotFoundFault', 'DBLogFileNotFoundFault') ? [] : undefined;
}
