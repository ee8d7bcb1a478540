import * as cdk from 'aws-cdk-lib';
import * as catalog from '../../../../catalog';
import * as economics from '../../../../economics';
import * as fleet from '../../../../fleet';
import * as image from '../../../../image';
import * as kernels from '../../../../kernels';
import { ownValue } from '../../../../catalog/private/own-value';

/** A class or an enum, by the names of its static members. */
export type LibraryClass = Readonly<Record<string, unknown>>;

const OWN = { ...catalog, ...kernels, ...image, ...fleet, ...economics } as Readonly<Record<string, unknown>>;
const CDK = 'aws-cdk-lib.';

/** The class or enum that a name in the bindings stands for. */
export function libraryClass(typeName: string): LibraryClass {
  if (!typeName.startsWith(CDK)) {
    return ownValue(OWN, typeName) as LibraryClass;
  }
  const names = typeName.slice(CDK.length).split('.');
  return names.reduce((module, name) => module[name] as LibraryClass, cdk as unknown as LibraryClass);
}
