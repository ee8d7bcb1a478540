/** What a step of a component document may do, and what it cannot do without. */
export interface AwstoeAction {
  /** AWSTOE takes one map for commands and a list of maps for most file actions. */
  readonly takes: 'map' | 'list' | 'nothing';
  /** Keys that each of its inputs must have. */
  readonly required: readonly string[];
}

const PATH: AwstoeAction = { takes: 'list', required: ['path'] };
const FROM_TO: AwstoeAction = { takes: 'list', required: ['source', 'destination'] };

/**
 * The actions of AWSTOE that run on Linux.
 *
 * Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-action-modules.html, as of 2026-11.
 */
export const AWSTOE_ACTIONS: Readonly<Record<string, AwstoeAction>> = {
  AppendFile: PATH,
  Assert: { takes: 'map', required: [] },
  CopyFile: FROM_TO,
  CopyFolder: FROM_TO,
  CreateFile: PATH,
  CreateFolder: PATH,
  CreateSymlink: { takes: 'list', required: ['path', 'target'] },
  DeleteFile: PATH,
  DeleteFolder: PATH,
  ExecuteBash: { takes: 'map', required: ['commands'] },
  ExecuteBinary: { takes: 'map', required: ['path'] },
  ExecuteDocument: { takes: 'map', required: ['document'] },
  ListFiles: PATH,
  MoveFile: FROM_TO,
  MoveFolder: FROM_TO,
  ReadFile: PATH,
  Reboot: { takes: 'nothing', required: [] },
  S3Download: FROM_TO,
  S3Upload: FROM_TO,
  SetFileEncoding: PATH,
  SetFileOwner: { takes: 'list', required: ['path', 'owner'] },
  SetFilePermissions: { takes: 'list', required: ['path', 'permissions'] },
  SetFolderOwner: { takes: 'list', required: ['path', 'owner'] },
  SetFolderPermissions: { takes: 'list', required: ['path', 'permissions'] },
  UpdateOS: { takes: 'nothing', required: [] },
  WebDownload: FROM_TO,
};

/** Actions that exist on Windows only. */
export const WINDOWS_ACTIONS = ['ExecutePowerShell', 'InstallMSI', 'SetRegistry', 'UninstallMSI'];
