import type { Edge, State } from './grammar-builder';

/** The height of a state from which no end is reached. */
export const ENDLESS = 255;

/** What must be reached before an edge leads to an end: the target, and of a call the end of what is called. */
function edgesByTarget(edges: readonly (readonly Edge[])[]): (readonly [State, Edge])[][] {
  const found: (readonly [State, Edge])[][] = edges.map(() => []);
  edges.forEach((list, from) => list.forEach((edge) => found[edge.target].push([from, edge])));
  return found;
}

/**
 * How many calls must at least be open at a time on the way from each state to an end of its rule. The engine takes no
 * way that would need more than it has: so what it has begun can always be finished.
 */
export function heightsOf(
  edges: readonly (readonly Edge[])[],
  accepting: ReadonlySet<State>,
  most: number,
): Uint8Array {
  const heights = new Uint8Array(edges.length).fill(ENDLESS);
  const before = edgesByTarget(edges);
  accepting.forEach((state) => (heights[state] = 0));
  for (let height = 0, grew = true; height <= most && grew; height++) {
    grew = height === 0;
    // All that ends within this height is looked at again: calls of what became known in the last round are new ways.
    const queue = Array.from(heights.keys()).filter((state) => heights[state] <= height);
    for (let target = queue.pop(); target !== undefined; target = queue.pop()) {
      for (const [from, edge] of before[target]) {
        const isOpen = edge.kind !== 'call' || heights[edge.called] < height;
        if (isOpen && heights[from] === ENDLESS) {
          heights[from] = height;
          grew = true;
          queue.push(from);
        }
      }
    }
  }
  return heights;
}
