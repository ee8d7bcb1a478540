import { DocumentReader } from '../document/document-reader';
import { ValuePath } from '../document/located-value';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Tag.html, read 2026-11-23. */
const MAX_KEY = 128;
const MAX_VALUE = 256;

/** Notes tags that CloudFormation would refuse, hours later. What is no text is noted by others. */
export function refuseTags(reader: DocumentReader, path: ValuePath): void {
  const tags = reader.at(path);
  for (const [key, { value }] of tags?.kind === 'map' ? tags.entries : []) {
    if (/^aws:/i.test(key)) {
      reader.refuse([...path, key], 'a key that begins with aws:', 'other keys: AWS keeps these', 'rename it');
    } else if (key.length === 0 || key.length > MAX_KEY) {
      reader.refuse([...path, key], `a key of ${key.length} characters`, `from 1 to ${MAX_KEY}`, 'rename it');
    }
    if (value.kind === 'scalar' && typeof value.value === 'string' && value.value.length > MAX_VALUE) {
      reader.refuse([...path, key], `${value.value.length} characters`, `up to ${MAX_VALUE}`, 'shorten it');
    }
  }
}
