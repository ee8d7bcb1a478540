/** The parameter of a tag: CloudFormation takes letters and digits alone. */
export function tagParameterId(key: string): string {
  return `Tag${key.replace(/[^A-Za-z0-9]/g, '')}`;
}
