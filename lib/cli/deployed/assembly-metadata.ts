import { AssemblyStack } from '../preview/assembly/read-assembly';

/** What a construct says beside the template. */
export interface AssemblyMetadata<Data> {
  /** Construct path. */
  readonly path: string;
  readonly data: Data;
}

/** What the constructs of a stack say of a kind. */
export function metadataOfType<Data>({ artifact }: AssemblyStack, type: string): AssemblyMetadata<Data>[] {
  return artifact
    .findMetadataByType(type)
    .map(({ path, data }) => ({ path: path.replace(/^\//, ''), data: data as unknown as Data }));
}
