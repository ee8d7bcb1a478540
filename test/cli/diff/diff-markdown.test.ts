import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { formatMarkdown, LONGEST_COMMENT } from '../../../lib/cli/diff/format/markdown';
import { formatText } from '../../../lib/cli/diff/format/text';
import { GateVerdict } from '../../../lib/cli/diff/gate';
import { AssemblyChange, compareAssemblies } from '../../../lib/cli/diff/model/assembly-change';
import { Loss } from '../../../lib/cli/diff/model/resource-change';
import { assemblyOf } from '../../support/assembly-change';

/** Reads Markdown as GitHub does before it cleans the HTML: with HTML, tables and found addresses. */
const reader = new MarkdownIt({ html: true, linkify: true });

function nothing(): AssemblyChange {
  return compareAssemblies(
    assemblyOf(() => undefined),
    assemblyOf(() => undefined),
  );
}

/** A change in which every text of the user's is the given one. */
function changeWith(text: string, losses = 1): AssemblyChange {
  const resource = { logicalId: text, path: text, type: text, impact: 'replaced', properties: [text] } as const;
  const loss: Loss = { ...resource, properties: [text], kind: 'stateful', loses: 'its items', isKept: false };
  const permission = { principal: text, resource: text, actions: [text], isConditional: false, isWildcard: true };
  const reach = { resource: text, what: text, isPublic: true };
  const side = { region: text, instanceTypes: [text], size: { unit: text, instances: { low: 1, high: 2 } } };
  const empty = nothing();
  const figures = Object.fromEntries(Object.keys(empty.totals).map((name) => [name, { before: { low: 1, high: 1 } }]));
  return {
    ...empty,
    notes: [text],
    newWarnings: [text],
    fleets: [{ fleet: text, kind: 'changed', before: side, after: side, figures: figures as never }],
    stacks: [
      {
        ...{ stack: text, kind: 'changed', environment: text, resources: [{ ...resource, properties: [text] }] },
        losses: Array.from({ length: losses }, () => loss),
        imageBuilds: [{ image: text }],
        rollOuts: [{ group: text, reasons: ['new AMI'], how: 'instance refresh' }],
        iam: { widened: [permission], narrowed: [permission] },
        network: { widened: [reach], narrowed: [reach] },
        others: [text],
      },
    ],
  };
}

const verdicts = (text: string): GateVerdict[] => [{ gate: 'iam', reasons: [text] }];

/** The elements of the rendered comment, and its shape: what a hostile text must not add to. */
function shapeOf(markdown: string): string[] {
  return reader.render(markdown).match(/<[^>]*>/g) ?? [];
}

const HOSTILE = [
  'a | b | c',
  '<script>alert(1)</script>',
  '</details></summary><img src=x onerror=alert(1)>',
  '`` ` ``` code',
  '@octocat and @org/team',
  'fix #1, octo/repo#2',
  '[click](https://evil.example) ![x](https://evil.example/x.png)',
  'https://evil.example www.evil.example me@evil.example',
  '\n\n# Heading\n\n- item\n\n| a |\n| - |\n',
  '--> <!-- cdk-graviton-fleet:diff --> <!--',
  '**bold** _it_ ~~no~~ &lt;b&gt; &#60;b&#62; \\<b>',
  '\u202Egnp.exe\u0000\u001b[31m',
];

describe('a comment', () => {
  test.each(HOSTILE)('has the same shape whatever a name is: %j', (text) => {
    // The comment behind an @ is no element that shows.
    const shape = shapeOf(formatMarkdown(changeWith(text), verdicts(text))).filter((tag) => tag !== '<!-- -->');
    expect(shape).toEqual(shapeOf(formatMarkdown(changeWith('plain'), verdicts('plain'))));
  });

  test('has the same shape for any name', () => {
    const plain = shapeOf(formatMarkdown(changeWith('plain'), verdicts('plain')));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const shape = shapeOf(formatMarkdown(changeWith(text), verdicts(text))).filter((tag) => tag !== '<!-- -->');
        expect(shape).toEqual(plain);
      }),
      { numRuns: 200 },
    );
  });

  test('shows names as they are written', () => {
    const html = reader.render(formatMarkdown(changeWith('a|b <i> `c` @d'), []));
    expect(html.replace(/<!-- -->/g, '')).toContain('<code>a|b &lt;i&gt; `c` @d</code>');
  });

  test('mentions nobody: an @ stands only in code', () => {
    const html = reader.render(formatMarkdown(changeWith('@octocat'), verdicts('@octocat')));
    expect(html).toContain('@');
    expect(html.replace(/<code>.*?<\/code>/g, '')).not.toContain('@');
  });

  test('begins with the marker by which it is found again, and with what must not be missed', () => {
    const lines = formatMarkdown(changeWith('Chat'), verdicts('Chat')).split('\n');
    expect(lines[0]).toBe('<!-- cdk-graviton-fleet:diff -->');
    expect(lines[1]).toBe('### Fleets: Changes: 1 stack, 1 fleet, 1 new warning.');
    const summary = lines
      .slice(
        0,
        lines.findIndex((line) => line.startsWith('<details>')),
      )
      .join('\n');
    expect(summary).toContain('| **Permissions widened** | | | **1** |');
    expect(summary).toContain('**closed**');
  });

  test('is never longer than GitHub allows, says what it leaves out, and closes what it opened', () => {
    const comment = formatMarkdown(changeWith('@'.repeat(300), 900), verdicts('x'));
    expect(comment.length).toBeGreaterThan(LONGEST_COMMENT * 0.9);
    expect(comment.length).toBeLessThanOrEqual(LONGEST_COMMENT);
    const [, left] = /(\d+) more lines do not fit/.exec(comment) ?? [];
    expect(Number(left)).toBeGreaterThan(800);
    expect(comment.match(/<details>/g)?.length).toBe(comment.match(/<\/details>/g)?.length);
  });

  test('is never longer than GitHub allows however long the reasons of closed gates are', () => {
    const long = '@'.repeat(300);
    const closed = ['replacement', 'iam', 'network', 'cost:+10%'].map((gate) => ({
      gate,
      reasons: Array.from({ length: 12 }, () => long),
    }));
    const comment = formatMarkdown(changeWith(long, 900), closed);
    expect(comment.length).toBeLessThanOrEqual(LONGEST_COMMENT);
    expect(comment).toContain('| **Permissions widened** | | | **1** |');
    expect(comment).toMatch(/ {2}- and 1[01] more/);
  });

  test('says that nothing changes', () => {
    expect(formatMarkdown(nothing(), [])).toBe('<!-- cdk-graviton-fleet:diff -->\n### Fleets: Nothing changes.\n');
    expect(formatText(nothing(), [])).toBe('Nothing changes.');
  });
});

test('text for a terminal has no character that could move its cursor', () => {
  for (const text of HOSTILE) {
    // eslint-disable-next-line no-control-regex
    expect(formatText(changeWith(text), verdicts(text))).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  }
});
