import { regionProblem } from '../../../../catalog/private/region-problem';
import { Problem } from '../../../../validation';
import { DocumentReader } from '../document/document-reader';
import { refuseName } from './stack-names';
import { TemplateEnvironment } from './template-part';

const ACCOUNT = /^\d{12}$/;

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
      account: valid(reader, [...path, 'account'], accountProblem) ?? account,
      region: valid(reader, [...path, 'region'], regionProblem) ?? region,
    };
  });
}

type Check = (text: string) => Omit<Problem, 'what'> | undefined;

function valid(reader: DocumentReader, path: string[], check: Check): string | undefined {
  const text = reader.text(path);
  const problem = text === undefined ? undefined : check(text);
  if (problem) {
    reader.refuse(path, problem.got, problem.allowed, problem.fix);
    return undefined;
  }
  return text;
}

function accountProblem(account: string): Omit<Problem, 'what'> | undefined {
  return ACCOUNT.test(account)
    ? undefined
    : { got: 'another text', allowed: 'the twelve digits of an account, in quotes', fix: 'correct it' };
}
