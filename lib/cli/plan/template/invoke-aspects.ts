import { AspectApplication, Aspects } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** As many as CDK makes. */
const MOST_ROUNDS = 100;

/**
 * Lets aspects visit the constructs that they are on, as a synthesis does first of all: on each construct in the order of
 * their priorities, each once, and again from the top until there is none that was added meanwhile.
 */
export function invokeAspects(root: IConstruct): void {
  const visited = new Map<IConstruct, Set<unknown>>();
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (!visitBelow(root, [], visited)) {
      return;
    }
  }
  throw new Error(`${MOST_ROUNDS} rounds of aspects did not come to an end`);
}

function visitBelow(
  construct: IConstruct,
  inherited: readonly AspectApplication[],
  visited: Map<IConstruct, Set<unknown>>,
): boolean {
  const here = [...inherited, ...Aspects.of(construct).applied].sort((a, b) => a.priority - b.priority);
  const before = visited.get(construct) ?? new Set();
  visited.set(construct, before);
  const now = here.map(({ aspect }) => aspect).filter((aspect) => !before.has(aspect));
  for (const aspect of now) {
    before.add(aspect);
    aspect.visit(construct);
  }
  return construct.node.children.map((child) => visitBelow(child, here, visited)).includes(true) || now.length > 0;
}
