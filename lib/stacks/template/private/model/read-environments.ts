import { DocumentReader } from '../document/document-reader';
import { refuseName } from './stack-names';
import { TemplateEnvironment } from './template-part';

const ACCOUNT = /^\d{12}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/** The environments of a file; the one of the AWS CDK when it says none. */
export function readEnvironments(reader: DocumentReader): TemplateEnvironment[] {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  const names = reader.keys(['environments']);
  if (names.length === 0) {
    return [{ account, region }];
  }
  return names.map((name) => {
    const path = ['environments', name];
    refuseName(reader, path, name);
    reader.refuseOtherKeys(path, ['account', 'region']);
    return {
      name,
      account: matching(reader, [...path, 'account'], ACCOUNT, 'the twelve digits of an account, in quotes') ?? account,
      region: matching(reader, [...path, 'region'], REGION, 'a region such as us-east-1') ?? region,
    };
  });
}

function matching(reader: DocumentReader, path: string[], pattern: RegExp, allowed: string): string | undefined {
  const text = reader.text(path);
  if (text !== undefined && !pattern.test(text)) {
    reader.refuse(path, 'another text', allowed, 'correct it');
    return undefined;
  }
  return text;
}
