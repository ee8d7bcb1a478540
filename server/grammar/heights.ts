import type { Edge, State } from './grammar-builder';

/** The height of a state from which no end is reached. */
export const ENDLESS = 255;

const NO_CALL = -1;

/** Edges by the state that they lead to, in one list: those of a state begin at its `starts`. */
interface EdgesByTarget {
  readonly starts: Uint32Array;
  readonly sources: Uint32Array;
  readonly called: Int32Array;
}

function edgesByTarget(edges: readonly (readonly Edge[])[]): EdgesByTarget {
  const starts = new Uint32Array(edges.length + 1);
  edges.forEach((list) => list.forEach(({ target }) => (starts[target + 1] += 1)));
  starts.forEach((count, state) => (starts[state] = state === 0 ? 0 : count + starts[state - 1]));
  const next = starts.slice();
  const sources = new Uint32Array(starts[edges.length]);
  const called = new Int32Array(sources.length);
  edges.forEach((list, source) =>
    list.forEach((edge) => {
      const place = next[edge.target]++;
      sources[place] = source;
      called[place] = edge.kind === 'call' ? edge.called : NO_CALL;
    }),
  );
  return { starts, sources, called };
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
  const { starts, sources, called } = edgesByTarget(edges);
  accepting.forEach((state) => (heights[state] = 0));
  const known = [...accepting];
  for (let height = 0, before = -1; height <= most && known.length > before; height++) {
    before = height === 0 ? -1 : known.length;
    // All that ends within this height is looked at again: calls of what became known in the last round are new ways.
    for (let index = 0; index < known.length; index++) {
      for (let edge = starts[known[index]]; edge < starts[known[index] + 1]; edge++) {
        const source = sources[edge];
        const isOpen = called[edge] === NO_CALL || heights[called[edge]] < height;
        if (isOpen && heights[source] === ENDLESS) {
          heights[source] = height;
          known.push(source);
        }
      }
    }
  }
  return heights;
}
