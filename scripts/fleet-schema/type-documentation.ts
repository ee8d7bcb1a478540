import { Docs } from 'jsii-reflect';

/** The documentation of a type, its members and its calls, as the schema shows it. */
export interface TypeDocumentation {
  readonly text: string;
  /** By member, factory, refinement or method; parameters as `factory(parameter)`. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Summary, remarks and default. */
export function documentationText(docs: Docs): string {
  const links = (text: string) => text.replace(/\{@link ([^}|]+)(\|[^}]*)?\}/g, '`$1`');
  const defaultText = docs.docs.default?.replace(/^- /, '');
  const paragraphs = [docs.toString(), defaultText === undefined ? '' : `Default: ${defaultText}`];
  return paragraphs
    .map((text) => links(text.trim()))
    .filter((text) => text !== '')
    .join('\n\n');
}
