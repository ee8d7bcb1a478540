import { Reference, Tokenization } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IConstruct } from 'constructs';

/** What opens a resource of a fleet to clients without being below the fleet: it may stand anywhere in the app. */
export class AttachedResources {
  private readonly byTarget = new Map<IConstruct, IConstruct[]>();

  /** Looks through a tree once. */
  constructor(tree: readonly IConstruct[]) {
    for (const construct of tree) {
      if (construct instanceof elbv2.CfnListener) {
        this.add(construct, construct.loadBalancerArn);
      } else if (construct instanceof ec2.CfnSecurityGroupIngress && construct.groupId !== undefined) {
        this.add(construct, construct.groupId);
      }
    }
  }

  /** Everything below a construct, and what is attached to that from outside of it. */
  public around({ node }: IConstruct): readonly IConstruct[] {
    const below = node.findAll();
    return [...new Set([...below, ...below.flatMap((construct) => this.byTarget.get(construct) ?? [])])];
  }

  private add(construct: IConstruct, attribute: string): void {
    const token = Tokenization.reverseString(attribute).firstToken;
    if (token !== undefined && Reference.isReference(token)) {
      const attached = this.byTarget.get(token.target) ?? [];
      attached.push(construct);
      this.byTarget.set(token.target, attached);
    }
  }
}
