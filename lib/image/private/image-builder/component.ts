import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Fn, Token } from 'aws-cdk-lib';
import * as imagebuilder from 'aws-cdk-lib/aws-imagebuilder';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { FleetConfigError } from '../../../validation';
import { documentProblems } from '../document/document-problems';
import { knownText, MAX_INLINE_CHARACTERS, sizeProblems } from '../document/document-size';
import { imageBuilderName } from './image-builder-name';
import { AUTOMATIC_VERSION, keepWhenReplaced } from './versioned-resource';

/** What lies in a component's name between the name itself and the digest. */
const DIGEST_MARK = '-sha256-';
const DIGEST_LENGTH = 64;
const MAX_NAME_LENGTH = 128;

export interface ComponentProps {
  readonly description: string;
  /** The component document, in YAML or JSON. */
  readonly document: string;
  /** `sha256:` and 64 hexadecimal digits of what the component installs; part of its name. */
  readonly digest?: string;
}

/** What an image build does, in phases. */
export class Component extends Construct {
  public readonly componentArn: string;
  /**
   * The digest that the component was made with, read back from its name at deployment. Whatever uses it changes with
   * the component, and its own text in the template does not.
   */
  public readonly digest?: string;

  /** @throws FleetConfigError with everything that Image Builder would refuse in the document */
  constructor(scope: Construct, id: string, props: ComponentProps) {
    super(scope, id);
    const problems = [...documentProblems(props.document), ...sizeProblems(props.document)];
    if (problems.length > 0) {
      throw new FleetConfigError(this.node.path, problems);
    }
    const component = new imagebuilder.CfnComponent(this, 'Resource', {
      name: this.nameWith(props.digest),
      description: props.description,
      platform: 'Linux',
      version: AUTOMATIC_VERSION,
      ...this.content(props.document),
    });
    keepWhenReplaced(component);
    this.componentArn = component.attrArn;
    if (props.digest !== undefined) {
      this.digest = `sha256:${Fn.select(1, Fn.split(DIGEST_MARK, component.attrName))}`;
    }
  }

  private nameWith(digest: string | undefined): string {
    if (digest === undefined) {
      return imageBuilderName(this);
    }
    const base = imageBuilderName(this, MAX_NAME_LENGTH - DIGEST_MARK.length - DIGEST_LENGTH);
    return `${base}${DIGEST_MARK}${digest.replace('sha256:', '')}`;
  }

  /** Inline as far as Image Builder takes it; beyond that the document is uploaded, and read by CloudFormation's role. */
  private content(document: string): { data: string } | { uri: string } {
    if (Token.isUnresolved(document) || knownText(document).length <= MAX_INLINE_CHARACTERS) {
      return { data: document };
    }
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'component-document-'));
    try {
      const file = path.join(directory, 'component.yaml');
      fs.writeFileSync(file, document);
      return { uri: new Asset(this, 'Document', { path: file }).s3ObjectUrl };
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  }
}
