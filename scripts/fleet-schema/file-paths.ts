/** Text that is the path of a file or directory on the machine that synthesizes: it starts from the directory of the file. */
export const FILE_PATHS: readonly string[] = [
  'ImageComponent.fromDocument(path)',
  'KernelBundle.fromAsset(location)',
  'KernelBundle.fromDirectory(directory)',
  'ModelFacts.fromFile(path)',
  'ModelSource.fromFile(path)',
  'SourceBundleOptions.directory',
];
