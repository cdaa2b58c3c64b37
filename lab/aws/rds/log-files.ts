import type {
  DescribeDBLogFilesMessage,
  DescribeDBLogFilesResponse,
  DownloadDBLogFilePortionDetails,
  DownloadDBLogFilePortionMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../aws-error';
import type { Handlers, World } from '../world';
import { instanceById } from './resources';

/** AWS cuts a download into portions of at most 1 MB. */
const PORTION_BYTES = 1_048_576;

export function logFileActions(world: World): Handlers {
  const filesOf = (identifier: string | undefined) =>
    world.store.document.logFiles[instanceById(world, identifier).id] ?? {};
  return {
    DescribeDBLogFiles(input: DescribeDBLogFilesMessage): DescribeDBLogFilesResponse {
      const files = Object.entries(filesOf(input.DBInstanceIdentifier)).filter(
        ([name, { lastWrittenAt }]) =>
          name.includes(input.FilenameContains ?? '') && Date.parse(lastWrittenAt) >= (input.FileLastWritten ?? 0),
      );
      return {
        DescribeDBLogFiles: files.map(([LogFileName, { lastWrittenAt, content }]) => ({
          LogFileName,
          LastWritten: Date.parse(lastWrittenAt),
          Size: Buffer.byteLength(content),
        })),
      };
    },
    DownloadDBLogFilePortion(input: DownloadDBLogFilePortionMessage): DownloadDBLogFilePortionDetails {
      const name = input.LogFileName ?? '';
      const file = filesOf(input.DBInstanceIdentifier)[name];
      if (file === undefined)
        throw new AwsError('DBLogFileNotFoundFault', `DBLog File: ${name}, is not found on the DB instance`, 404);
      const bytes = Buffer.from(file.content);
      const start = Number(input.Marker ?? '0') || 0;
      const end = Math.min(start + PORTION_BYTES, bytes.length);
      return {
        LogFileData: bytes.subarray(start, end).toString(),
        Marker: String(end),
        AdditionalDataPending: end < bytes.length,
      };
    },
  };
}
